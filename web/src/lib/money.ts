// Amounts as whole cents: what is added is exact.

/** Cents of what someone typed, as `1 250,50`; null where it is no amount. */
export function cents(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  if (plain === "") return 0;
  if (!/^\d{1,11}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole = "0", part = ""] = plain.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}

/** Cents as the API takes them: `1250.50`. */
export const decimal = (amount: number): string => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;

/** An amount of the API as someone types it: `1250,50` in French, without cents where there are none. */
export const typed = (amount: string, tongue: "fr" | "en"): string => {
  const plain = amount.replace(/\.00$/, "");
  return tongue === "fr" ? plain.replace(".", ",") : plain;
};

export interface BudgetLine {
  source: string;
  amount: string;
}
export interface BudgetRow {
  title: string;
  cost: string;
  lines: BudgetLine[];
}

export interface Totals {
  cost: number;
  funding: number;
  requested: number;
  /** Funding less cost: what is too much, or is missing. */
  balance: number;
  /** Whether every amount can be read. */
  sound: boolean;
}

export function totals(rows: BudgetRow[]): Totals {
  let [cost, funding, requested, sound] = [0, 0, 0, true];
  const read = (text: string): number => {
    const amount = cents(text);
    if (amount === null) sound = false;
    return amount ?? 0;
  };
  for (const row of rows) {
    cost += read(row.cost);
    for (const line of row.lines) {
      const amount = read(line.amount);
      funding += amount;
      if (line.source === "THIS_CALL") requested += amount;
    }
  }
  return { cost, funding, requested, balance: funding - cost, sound };
}
