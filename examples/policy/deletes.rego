# Nothing is removed from the cloud by a pull request. What is only forgotten is pointed out.
package main

import rego.v1

deny contains message if {
	some change in input.resource_changes
	"delete" in change.change.actions
	message := sprintf("%s would be removed from the cloud", [change.address])
}

warn contains message if {
	some change in input.resource_changes
	"forget" in change.change.actions
	message := sprintf("%s would be recorded no more", [change.address])
}
