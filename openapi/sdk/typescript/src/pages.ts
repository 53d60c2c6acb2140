/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}

/**
 * Every item of a list, page by page as they are needed:
 *
 *     for await (const user of paginate((page) => admin.users.listUsers({ limit: 200, ...page }))) …
 */
export async function* paginate<Item>(
  list: (page: { cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await list(cursor === undefined ? {} : { cursor });
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
