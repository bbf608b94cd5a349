# Attributes of what is new, and what an update changes, found by walking before and after.
package main

import rego.v1

unnamed contains change.address if {
	some change in input.resource_changes
	change.mode == "managed"
	change.type == "phone_number"
	change.change.actions[_] == "create"
	not change.change.after.display_name
}

changed contains [change.address, name] if {
	some change in input.resource_changes
	change.change.actions == ["update"]
	some name in object.keys(change.change.after)
	change.change.before[name] != change.change.after[name]
}

gone contains change.address if {
	some change in input.resource_changes
	change.change.after == null
}

unknown contains change.address if {
	some change in input.resource_changes
	count(change.change.after_unknown) > 0
}

replaced contains change.address if {
	some change in input.resource_changes
	{action | some action in change.change.actions} == {"create", "delete"}
}
