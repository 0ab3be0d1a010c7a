"""Every model of the house, imported once, so that metadata is complete for migrations and tests."""

import backend.alarms.models
import backend.assistance.care_models
import backend.assistance.inspection_models
import backend.assistance.leads_models
import backend.assistance.means_models
import backend.assistance.models
import backend.booking.models
import backend.cases.models
import backend.core.audit
import backend.core.calendar_store
import backend.core.idempotency
import backend.core.leases
import backend.core.versions
import backend.demo.models
import backend.devices.models
import backend.duty.models
import backend.eldercare.models
import backend.guides.models
import backend.marriage.models
import backend.marriage.record_models
import backend.memorial.burial_models
import backend.memorial.farewell_models
import backend.memorial.hall_application_models
import backend.memorial.models
import backend.memorial.tribute_models
import backend.notices.models
import backend.people.models
import backend.ratings.models
import backend.residents.models
import backend.sensing.models
import backend.timebank.models
import backend.timebank.order_models
import backend.volunteers.activity_models
import backend.volunteers.models  # noqa: F401 - the imports are the purpose
from backend.core.db import Base

METADATA = Base.metadata
