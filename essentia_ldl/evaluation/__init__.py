"""Evidence: folds, accuracy and significance."""

from essentia_ldl.evaluation.accuracy import balanced_accuracy, confusion, log_loss
from essentia_ldl.evaluation.cross_validation import CrossValidation, out_of_fold
from essentia_ldl.evaluation.folds import Fold, make_folds
from essentia_ldl.evaluation.significance import corrected_paired_ttest, independent_ttest

__all__ = [
    "CrossValidation",
    "Fold",
    "balanced_accuracy",
    "confusion",
    "corrected_paired_ttest",
    "independent_ttest",
    "log_loss",
    "make_folds",
    "out_of_fold",
]
