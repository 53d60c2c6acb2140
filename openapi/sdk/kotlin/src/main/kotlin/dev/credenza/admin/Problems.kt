@file:JvmName("Problems")

package dev.credenza.admin

import com.fasterxml.jackson.core.JsonProcessingException
import dev.credenza.admin.client.ApiClient
import dev.credenza.admin.client.ApiException
import dev.credenza.admin.model.Problem

/**
 * What a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the API: that of a proxy,
 * for instance.
 */
val ApiException.problem: Problem?
    get() {
        val media = responseHeaders?.firstValue("content-type")?.orElse("").orEmpty()
        if (!media.startsWith("application/problem+json")) return null
        return try {
            mapper.readValue(responseBody.orEmpty(), Problem::class.java)
        } catch (_: JsonProcessingException) {
            null
        }
    }

/** The last part of the problem's type, such as `not-found`: what a program compares. */
val Problem.kind: String
    get() = type.substringAfterLast('/')

private val mapper = ApiClient.createDefaultObjectMapper()
