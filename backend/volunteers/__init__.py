"""Volunteers, their teams and training, the activities they take part in, and the record of their service.

志愿服务条例 (2017), 志愿服务记录与证明出具办法 (2021), 重庆市志愿服务条例 (2015).
"""
