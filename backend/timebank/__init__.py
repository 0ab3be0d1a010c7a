"""The time bank (养老服务时间银行): help asked for, given, recorded in minutes, kept and returned."""
