"""Benefits and payments, complete: importing this module gives every page of them its address."""

from backend.console.assistance import benefit_acts, benefit_change, benefits, payment_prices, payments

benefit_blueprint, payment_blueprint = benefits.blueprint, payments.blueprint

__all__ = ["benefit_acts", "benefit_blueprint", "benefit_change", "payment_blueprint", "payment_prices"]
