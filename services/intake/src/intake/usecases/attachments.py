"""Files put with a draft, taken off it, and looked at again by whoever sent them."""

from __future__ import annotations

from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction
from mash.ids import new_id
from mash.vault import OpenedRow

from intake.domain.attachments import media_type_of, plain_name, require_room
from intake.settings import Settings
from intake.store import attachments, contacts, drafts
from intake.usecases.drafts import Keeping, touch


async def add_file(
    tx: Transaction, caller: Caller, settings: Settings, draft_id: UUID, name: str, content: bytes
) -> UUID:
    """Put a file with a draft. Raises ``FileNotTaken``, ``FileTooLarge`` or ``TooManyFiles``."""
    row = await drafts.get(tx, caller, draft_id, public=False, for_change=True)
    held = len(await attachments.list_of_draft(tx, draft_id))
    most = settings.most_attachments
    require_room(len(content), held, most_bytes=settings.max_attachment_bytes, most_files=most)
    file_id = new_id()
    file = {
        "id": file_id,
        "draft_id": draft_id,
        "partnership": row.partnership,
        "name": plain_name(name),
        "media_type": media_type_of(content),
        "size_bytes": len(content),
        "content": content,
    }
    await attachments.add(tx, file)
    await touch(tx, Keeping.of_professionals(settings), row)
    tx.audit(action="draft.file_added", detail={"draft": str(draft_id), "file": str(file_id)})
    return file_id


async def remove_file(
    tx: Transaction, caller: Caller, settings: Settings, draft_id: UUID, file_id: UUID
) -> None:
    """Take a file off a draft. Raises ``NoSuchAttachment``."""
    row = await drafts.get(tx, caller, draft_id, public=False, for_change=True)
    await attachments.delete_of_draft(tx, draft_id, file_id)
    await touch(tx, Keeping.of_professionals(settings), row)
    tx.audit(action="draft.file_removed", detail={"draft": str(draft_id), "file": str(file_id)})


async def open_file(tx: Transaction, caller: Caller, draft_id: UUID, file_id: UUID) -> OpenedRow:
    """Give a file of one's own draft back, with its content."""
    await drafts.get(tx, caller, draft_id, public=False)
    file = await attachments.get_of_draft(tx, draft_id, file_id)
    tx.audit(action="draft.file_opened", detail={"draft": str(draft_id), "file": str(file_id)})
    return file


async def open_sent_file(tx: Transaction, caller: Caller, reference: str, file_id: UUID) -> OpenedRow:
    """Give a file back to whoever sent it with a contact."""
    row = await contacts.get_sent_contact(tx, caller, reference)
    found = await attachments.find_of_contact(tx, row.id, file_id)
    if not found:
        raise attachments.NoSuchAttachment
    tx.audit(action="contact.document_opened", case=row.id, detail={"document": str(file_id)})
    return found[0]
