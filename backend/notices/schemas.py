"""What comes in and goes out about notices."""

from pydantic import BaseModel, Field


class ReportAnswer(BaseModel):
    known: bool = Field(description="false：没有这条通知的发送记录")
