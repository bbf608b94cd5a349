# At most so many messages go to people by one pull request.
package main

import rego.v1

max_messages := 5

messages := sum([number | number := input.reconciler.forecast.messages[_]])

deny contains message if {
	messages > max_messages
	message := sprintf("up to %d messages would be sent, and %d are allowed", [messages, max_messages])
}
