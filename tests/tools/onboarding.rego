package main

import rego.v1

changed contains change.address if {
	some change in input.resource_changes
	change.change.after.onboarding == "register"
}

planned contains resource.address if {
	some resource in input.planned_values.root_module.resources
	resource.values.onboarding == "register"
}

configured contains resource.address if {
	some resource in input.configuration.root_module.resources
	resource.expressions.onboarding.constant_value == "register"
}
