# What a guard refuses fails; what cannot be undone is pointed out.
package main

import rego.v1

deny contains message if {
	some check in input.checks
	check.status == "fail"
	message := check.instances[_].problems[_].message
}

warn contains message if {
	change := input.reconciler.spaces[_].changes[_]
	some call in change.calls
	call.irreversible
	message := sprintf("%s: %s cannot be undone", [change.address, call.operation])
}
