"""The registrar's desk: cases, licences, records, archives, figures."""
