"""A real S3 server on this machine, for as long as the tests run."""

import pytest

from tests import object_store


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """The endpoint of a SeaweedFS server that knows one key."""
    if why := object_store.why_none():
        pytest.skip(why)
    with object_store.s3_server(tmp_path_factory.mktemp("s3")) as endpoint:
        yield endpoint


@pytest.fixture
def bucket(s3_server, monkeypatch):
    """An address of the test's own with nothing below it, its keys in the environment."""
    for name, value in {**object_store.ENVIRONMENT, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    return object_store.empty_place()
