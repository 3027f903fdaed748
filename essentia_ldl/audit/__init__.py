"""Which tracks of a collection may be labelled wrongly, and which are ambiguous."""

from essentia_ldl.audit.result import Audit, AuditedTrack, Duplicate, Overlap

__all__ = ["Audit", "AuditedTrack", "Duplicate", "Overlap"]
