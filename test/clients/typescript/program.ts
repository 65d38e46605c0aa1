/** A customer's program: archives a workorder and prints the number of its order. `api.d.ts` is generated. */
import createClient from "openapi-fetch";
import type { paths } from "./api.d.ts";

const [baseUrl = "", key = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

const archived = await client.POST("/api/tenants/{tenantId}/workorders/archived", {
  params: { path: { tenantId: "bos" } },
  body: {
    workorderId: "typescript",
    workorderNumber: "WB-2026-000001",
    customerId: "10001",
    workAddress: null,
    description: "Ketel nagekeken",
    reportedReady: true,
    travelMinutes: 15,
    workMinutes: 120,
    materials: [],
    archivedAt: new Date().toISOString(),
    archivedBy: "kantoor",
  },
});
if (archived.data?.status !== "accepted") throw new Error(JSON.stringify(archived.error));

for (;;) {
  const { data, error } = await client.GET("/api/tenants/{tenantId}/workorders/{workorderId}", {
    params: { path: { tenantId: "bos", workorderId: "typescript" } },
  });
  if (data?.state === "sent") {
    console.log(data.orderId);
    break;
  }
  if (data?.state === "refused") throw new Error(data.text);
  if (error !== undefined && error.code !== "NOT_FOUND") throw new Error(error.message);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
