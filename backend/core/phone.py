"""Telephone numbers: mobiles and landlines, kept as they are dialled inside the country."""

import re

import phonenumbers

MOBILE = re.compile(r"1\d{10}")
COUNTRY_CODE = 86


def normalise(text: str) -> str:
    """``13812345678``, ``02342111234`` or ``+85291234567``. Raises ``ValueError`` with the reason in Chinese."""
    try:
        number = phonenumbers.parse(text.strip(), "CN")
    except phonenumbers.NumberParseException:
        raise ValueError("这不是电话号码") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("电话号码不存在，固定电话请带区号")
    if number.country_code != COUNTRY_CODE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = phonenumbers.national_significant_number(number)
    return digits if MOBILE.fullmatch(digits) else f"0{digits}"


def is_mobile(number: str) -> bool:
    """Whether a normalised number can take a text message."""
    return MOBILE.fullmatch(number) is not None


def mask(number: str) -> str:
    """``138****1234``: enough to recognise, not enough to call."""
    kept = 4 if len(number) > 8 else 2  # noqa: PLR2004 - short numbers keep less
    return f"{number[:3]}****{number[-kept:]}"
