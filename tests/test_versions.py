from essentia_ldl.versions import bundled_libtensorflow, package_version, versions


def test_versions_name_what_enters_a_result() -> None:
    found = versions()
    assert {"python", "essentia-tensorflow", "tensorflow", "metric-learn", "numba"} <= found.keys()
    assert found["essentia-tensorflow"] == "2.1b6.dev1389"


def test_absent_package_has_no_version() -> None:
    assert package_version("no-such-package-at-all") is None


def test_libtensorflow_in_essentia() -> None:
    # essentia-tensorflow 2.1b6.dev1389 carries libtensorflow 2.5.0.
    assert bundled_libtensorflow() == "2.5.0"
