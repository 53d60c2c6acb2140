@file:JvmName("Pages")

package dev.credenza.admin

import dev.credenza.admin.client.ApiException
import java.util.function.Function
import java.util.stream.Stream
import kotlin.streams.asStream

/** An operation that answers with a page: that of this cursor, or the first one. */
fun interface Listing<Page> {
    /** Asks for the page. */
    @Throws(ApiException::class)
    fun page(cursor: String?): Page
}

/**
 * Every item of a list, page by page as they are needed:
 *
 * `paginate({ admin.users.listUsers(ListUsersRequest.newBuilder().cursor(it).build()) }, UserPage::getItems, UserPage::getNextCursor)`
 */
fun <Page, Item> paginate(
    listing: Listing<Page>,
    items: (Page) -> List<Item>,
    next: (Page) -> String?,
): Sequence<Item> = sequence {
    var cursor: String? = null
    do {
        val page = listing.page(cursor)
        yieldAll(items(page))
        cursor = next(page)
    } while (!cursor.isNullOrEmpty())
}

/** The same in Java: `Pages.stream(cursor -> …, UserPage::getItems, UserPage::getNextCursor)`. */
fun <Page, Item> stream(
    listing: Listing<Page>,
    items: Function<Page, List<Item>>,
    next: Function<Page, String?>,
): Stream<Item> = paginate(listing, items::apply, next::apply).asStream()
