"""What may be wrong with a home: each symptom a look at facts that whoever asks has gathered."""

from gatepass.core.checkup import Finding
from gatepass.doctor.patient import Patient
from gatepass.doctor.symptoms import SYMPTOMS

OLD_SECRET = 180
"""Days after which a trusted secret is old, where nobody says otherwise."""


def examine(patient: Patient) -> list[Finding]:
    """Return what each look found, in the order in which they build on one another."""
    looks = [(one.__name__, one(patient)) for one in SYMPTOMS]
    return [
        Finding(name=name, state=look.state, found=look.found, advice=look.advice)
        for name, look in looks
    ]


__all__ = ["OLD_SECRET", "SYMPTOMS", "Patient", "examine"]
