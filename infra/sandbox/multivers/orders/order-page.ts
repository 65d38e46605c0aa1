import { type Html, html } from "../../../../services/shared/html.ts";
import type { Administration } from "../administration/administration.ts";
import type { StoredOrder } from "../administration/administration-state.ts";
import { dutchAmount } from "../products/product-pages.ts";
import { LINE_TYPE, type OrderLineRow } from "../rows/order-row.ts";
import { doneNotice, pageMarkup, ROWS_PER_PAGE, siteUrl } from "../site/site-page.ts";

/** The latest orders with their lines, newest first; the page loads itself again every few seconds. */
export function ordersPage(administration: Administration, done: string | undefined): string {
  const latest = [...administration.storedOrders.values()].toReversed();
  return pageMarkup({
    title: "Orders",
    within: { administration: administration.options, section: "orders" },
    refresh: { seconds: 3, url: siteUrl(administration.database, "orders") },
    content: html`<h1>Orders</h1>${doneNotice(done)}
      <p class="soft">${latest.length === 0 ? "Er is nog geen order binnengekomen." : `${latest.length} orders, de nieuwste bovenaan.`} Deze pagina ververst zichzelf.</p>
      ${latest.slice(0, ROWS_PER_PAGE).map((stored) => orderCard(administration, stored))}`,
  });
}

function orderCard(administration: Administration, { order, receivedAtMs, invoiceId }: StoredOrder): Html {
  const { database } = administration;
  const customer = administration.customers.get(order.customerId);
  const remarks = Object.entries(order.customProperties).filter(([, value]) => value !== "");
  return html`<article class="card"><div class="row"><h2>Order ${order.orderId}</h2>
      ${invoiceId === "" ? html`<span class="tag">${order.approved ? "goedgekeurd" : "open"}</span>` : html`<span class="tag good">gefactureerd ${invoiceId}</span>`}
      <span class="right soft small">binnengekomen ${TIME.format(receivedAtMs)}</span></div>
    <p>Debiteur <a href="${siteUrl(database, "customers/one", { id: order.customerId })}">${order.customerId}</a> ${customer?.name ?? "(verwijderd)"} ·
      referentie <strong>${order.reference || "–"}</strong> · orderdatum ${order.orderDate}</p>
    <div class="scroll"><table><thead><tr><th>Artikel</th><th>Omschrijving</th><th class="number">Aantal</th><th>Eenheid</th><th class="number">Prijs</th><th class="number">Bedrag</th></tr></thead>
      <tbody>${order.orderLines.map(lineRow)}</tbody></table></div>
    ${remarks.map(([name, value]) => html`<p class="small"><span class="soft">${name}:</span> ${String(value)}</p>`)}
    ${order.messages.map(({ message }) => html`<p class="notice warn">${message}</p>`)}
    <div class="row"><span class="soft small">Goederen ${dutchAmount(order.totalGoodsAmount)} · btw ${dutchAmount(order.totalVatAmount)}</span>
      <strong>Totaal € ${dutchAmount(order.totalOrderAmount)}</strong>
      ${invoiceId === "" && html`<form method="post" class="inline right" action="${siteUrl(database, "orders/invoice", { id: order.orderId })}"><button class="plain">Factureren</button></form>`}</div></article>`;
}

function lineRow(line: OrderLineRow): Html {
  if (line.orderLineType === LINE_TYPE.text)
    return html`<tr><td class="soft">tekst</td><td class="text" colspan="5">${line.description}</td></tr>`;
  return html`<tr><td class="nowrap code">${line.productId}</td><td>${line.description}</td>
    <td class="number">${QUANTITY.format(line.quantityOrdered)}</td><td>${line.unit}</td>
    <td class="number">${dutchAmount(line.price)}</td><td class="number">${dutchAmount(line.orderLineAmount)}</td></tr>`;
}

const QUANTITY = new Intl.NumberFormat("nl-NL", { maximumFractionDigits: 6 });

const TIME = new Intl.DateTimeFormat("nl-NL", {
  dateStyle: "short",
  timeStyle: "medium",
  timeZone: "Europe/Amsterdam",
});
