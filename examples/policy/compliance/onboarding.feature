Feature: how numbers come to us
  Scenario: no number is registered anew
    Given I have phone_number defined
    Then it must have onboarding
    And its value must not be register
