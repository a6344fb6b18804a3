"""A service that could not do its work says so when it starts, not to the first person who asks."""

import pytest
from mash.ids import utc_now
from mash.partnerships import UnknownPartnership
from support.architecture import sample_settings
from support.deployment import SERVICES
from support.services import create_application


@pytest.mark.requirement("GOV-01")
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_of_the_hub_does_not_start_for_a_partnership_that_has_no_files(service: str) -> None:
    settings = {**sample_settings(service), "partnerships": ["havering", "atlantis"]}
    with pytest.raises(UnknownPartnership) as refusal:
        create_application(service, utc_now, settings)
    assert "There is no partnership called atlantis." in refusal.value.message, (
        f"{service}: call `require_served(settings.partnerships)` in main.create, so that a fault in a "
        "partnership's files stops the start with the file, the line and the reason."
    )
