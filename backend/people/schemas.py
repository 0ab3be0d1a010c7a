"""What comes in and goes out about staff accounts."""

from pydantic import BaseModel, ConfigDict, Field


class SignInBody(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "duty", "password": "shouwang-demo"}]})

    username: str = Field(min_length=1, max_length=64, description="账号")
    password: str = Field(min_length=1, max_length=256, description="密码")


class SignInAnswer(BaseModel):
    token: str = Field(description="放在 Authorization: Bearer 里")
    name: str
    roles: list[str]


class Me(BaseModel):
    id: str
    name: str
    username: str
    roles: list[str]
    divisions: list[str]
