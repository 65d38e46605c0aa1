import { z } from "zod";

/** A day of the calendar, yyyy-MM-dd, that exists and that Postgres takes: it knows no year 0. */
export const existingDay = z.iso.date().refine((text) => !text.startsWith("0000"), "there is no year 0");

/** The same in a form or an address, where an empty text means no limit. */
export const dayOrNone = z.union([z.literal(""), existingDay]);

/** Whether a text is such a day. */
export const isExistingDay = (text: string): boolean => existingDay.safeParse(text).success;
