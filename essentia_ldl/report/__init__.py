"""What came out of a training run: report.json, label-distributions.csv and report.html."""

from essentia_ldl.report.distributions import LabelDistributions
from essentia_ldl.report.writing import ReportFiles, write_report

__all__ = ["LabelDistributions", "ReportFiles", "write_report"]
