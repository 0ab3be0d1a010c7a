"""The one-window desk: inbox, cases, evidence, letters, supervision, leads and visits."""
