# New numbers are of these countries only.
package main

import rego.v1

country_codes := {"+86", "+62"}

deny contains message if {
	some change in input.resource_changes
	change.type == "phone_number"
	"create" in change.change.actions
	not of_ours(change.change.after.number)
	message := sprintf("%s is of a country that is not ours", [change.address])
}

of_ours(number) if {
	some code in country_codes
	startswith(number, code)
}
