"""Keeps libraries from writing what they must not: addresses with secrets in them, phones, message texts."""

import logging

# What they would write: urllib3 (DEBUG) every path with its query, so access tokens and the app secret;
# apprise (WARNING) robot tokens it finds malformed and (DEBUG) whole payloads; wechatpy (DEBUG) answers;
# the Aliyun and Tencent SDKs (DEBUG) whole requests.
TALKATIVE = ("urllib3", "requests", "apprise", "wechatpy", "alibabacloud", "Tea", "tencentcloud_sdk_common")


def silence_talkative_libraries() -> None:
    """Let these libraries write only what is worse than an error. May be called often."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
