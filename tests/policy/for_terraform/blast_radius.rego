# A score over all changes by type and action, in the style that guides to Terraform and OPA teach.
package main

import rego.v1

weights := {
	"phone_number": {"delete": 100, "create": 10, "modify": 1},
	"contact": {"delete": 10, "create": 1, "modify": 1},
}

types contains change.type if some change in input.resource_changes

creates[type] := count([1 | some change in of_type(type); "create" in change.change.actions])  if some type in types

deletes[type] := count([1 | some change in of_type(type); "delete" in change.change.actions]) if some type in types

modifies[type] := count([1 | some change in of_type(type); "update" in change.change.actions]) if some type in types

of_type(type) := [change | some change in input.resource_changes; change.type == type]

score := sum([each |
	some type in types
	weight := weights[type]
	each := ((weight["delete"] * deletes[type]) + (weight.create * creates[type])) + (weight.modify * modifies[type])
])
