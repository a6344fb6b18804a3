"""Who may call a route, as a parameter type in its signature.

``async def rate(contact_id: UUID, manager: Manager, ...)``: the type finds the verified caller and refuses
everybody else, 401 without a token that counts and 403 without a role that opens the door. The token is that
of the header or, without one, that of the browser's cookie (``mash.access.sessions``). The roles
behind each type are in ``mash.access.roles.MAY_CALL``. Which records the caller may know of is another
question, answered in the query by ``caller.partnerships`` (404).
"""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mash.access.callers import Caller
from mash.access.roles import EVERYBODY, MAY_CALL, Role
from mash.access.sessions import Sessions
from mash.access.tokens import NotSignedIn
from mash.errors import NotPermitted

bearer: Final = HTTPBearer(
    scheme_name="access_token", bearerFormat="at+jwt", description="An OIDC access token.", auto_error=False
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class CallerDependency:
    """Lets in a verified caller who holds one of ``roles``.

    Who it is stays in ``request.state.caller``, and their token in ``request.state.token``.
    """

    marks_caller = True

    def __init__(self, roles: frozenset[Role], *, own_agency_only: bool = False) -> None:
        self.roles = roles
        self.own_agency_only = own_agency_only

    async def __call__(self, request: Request, credentials: Credentials) -> Caller:
        """The caller; raises ``NotSignedIn`` or ``NotPermitted``."""
        hub = request.app.state.hub
        if credentials is not None:
            caller: Caller = await hub.tokens.verify(credentials.credentials)
            request.state.token = credentials.credentials
        else:
            caller = await _caller_by_cookie(request)
        request.state.caller = caller
        self._check(caller, hub.settings.agency)
        return caller

    def _check(self, caller: Caller, agency: str | None) -> None:
        holds_role = self.roles == EVERYBODY or bool(caller.roles & self.roles)
        own_agency = agency is not None and caller.agency == agency
        if not holds_role or (self.own_agency_only and not own_agency):
            raise NotPermitted("You are signed in, but your role does not allow this.")


async def _caller_by_cookie(request: Request) -> Caller:
    sessions: Sessions | None = getattr(request.app.state, "sessions", None)
    if sessions is None or "authorization" in request.headers:
        raise NotSignedIn
    return await sessions.caller(request)


Referrer = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Referrer"]))]
Contributor = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Contributor"]))]
Challenger = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Challenger"]))]
Mailbox = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Mailbox"]))]
ContactOfficer = Annotated[Caller, Depends(CallerDependency(MAY_CALL["ContactOfficer"]))]
SocialWorker = Annotated[Caller, Depends(CallerDependency(MAY_CALL["SocialWorker"]))]
Manager = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Manager"]))]
Screener = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Screener"]))]
HubStaff = Annotated[Caller, Depends(CallerDependency(MAY_CALL["HubStaff"]))]
Researcher = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Researcher"], own_agency_only=True))]
AgencyLead = Annotated[Caller, Depends(CallerDependency(MAY_CALL["AgencyLead"], own_agency_only=True))]
Analyst = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Analyst"]))]
DataProtectionOfficer = Annotated[Caller, Depends(CallerDependency(MAY_CALL["DataProtectionOfficer"]))]
CaseKeeper = Annotated[Caller, Depends(CallerDependency(MAY_CALL["CaseKeeper"]))]
StaffMember = Annotated[Caller, Depends(CallerDependency(MAY_CALL["StaffMember"]))]
Ops = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Ops"]))]
FromIntake = Annotated[Caller, Depends(CallerDependency(MAY_CALL["FromIntake"]))]
FromScreening = Annotated[Caller, Depends(CallerDependency(MAY_CALL["FromScreening"]))]
FromEnquiry = Annotated[Caller, Depends(CallerDependency(MAY_CALL["FromEnquiry"]))]
FromNotifications = Annotated[Caller, Depends(CallerDependency(MAY_CALL["FromNotifications"]))]
Anyone = Annotated[Caller, Depends(CallerDependency(MAY_CALL["Anyone"]))]
