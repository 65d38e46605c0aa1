"""A customer's program: archives a workorder and prints the number of its order. simon_api is generated."""

import sys
import time
from datetime import datetime, timezone

from simon_api import AuthenticatedClient
from simon_api.api.workorders import archive_workorder, read_workorder
from simon_api.models import ArchiveWorkorderAnswer, ArchiveWorkorderRequest, Problem, ReadWorkorderAnswer

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
workorder = ArchiveWorkorderRequest(
    workorder_id="python",
    workorder_number="WB-2026-000002",
    customer_id="10001",
    description="Ketel nagekeken",
    reported_ready=True,
    work_minutes=120,
    archived_at=datetime.now(timezone.utc),
)
archived = archive_workorder.sync("bos", client=client, body=workorder)
if not isinstance(archived, ArchiveWorkorderAnswer):
    sys.exit(f"not accepted: {archived}")

while True:
    found = read_workorder.sync("bos", "python", client=client)
    if isinstance(found, ReadWorkorderAnswer) and found.state == "sent":
        print(found.order_id)
        break
    if isinstance(found, ReadWorkorderAnswer) and found.state == "refused":
        sys.exit(found.text)
    if isinstance(found, Problem) and found.code != "NOT_FOUND":
        sys.exit(found.message)
    time.sleep(0.2)
