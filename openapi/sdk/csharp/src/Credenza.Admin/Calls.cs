using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Credenza.Admin;

/// <summary>
/// Adds the access token and, at creations, an Idempotency-Key, and tries again what may be tried again:
/// <c>new UsersApi(new HttpClient(new Calls(tokens)), issuer)</c>.
/// </summary>
public sealed class Calls : DelegatingHandler
{
    private readonly ITokenSource tokens;
    private readonly int attempts;
    private readonly TimeSpan longest;

    /// <summary>Calls with the tokens of this source, tried so often in all.</summary>
    public Calls(ITokenSource tokens, int attempts = 4, HttpMessageHandler? inner = null)
        : base(inner ?? new HttpClientHandler())
    {
        this.tokens = tokens;
        this.attempts = attempts;
        longest = TimeSpan.FromMinutes(1);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var address = $"{request.Method} {request.RequestUri?.AbsolutePath}";
        var creation = Facts.Creations.Any(one => Regex.IsMatch(address, one));
        if (creation && !request.Headers.Contains("Idempotency-Key"))
        {
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }
        if (request.Content is not null) await request.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        var repeatable = creation || request.Method == HttpMethod.Get || request.Method == HttpMethod.Put
            || request.Method == HttpMethod.Delete;
        var renewed = false;
        for (var attempt = 1; ; attempt++)
        {
            var token = await tokens.TokenAsync(cancellation).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            HttpResponseMessage? response = null;
            try
            {
                response = await base.SendAsync(request, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException) when (repeatable && attempt < attempts)
            {
                // No answer came; once more, below.
            }
            if (response?.StatusCode == HttpStatusCode.Unauthorized && !renewed)
            {
                // It may have been revoked, or the provider's keys are new: once more with another token.
                renewed = true;
                tokens.Refused(token);
                if (await tokens.TokenAsync(cancellation).ConfigureAwait(false) != token)
                {
                    response.Dispose();
                    attempt--;
                    continue;
                }
            }
            var wait = WaitBefore(attempt, response);
            var again = attempt < attempts && wait <= longest;
            if (response is not null)
            {
                if (!again || !await MayRepeat(response, creation, repeatable).ConfigureAwait(false)) return response;
                response.Dispose();
            }
            await Task.Delay(wait, cancellation).ConfigureAwait(false);
        }
    }

    // What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
    // out twice is repeated: by its method, or by its Idempotency-Key.
    private static async Task<bool> MayRepeat(HttpResponseMessage response, bool creation, bool repeatable)
    {
        switch ((int)response.StatusCode)
        {
            case 429 or 503:
                return true;
            case 502 or 504:
                return repeatable;
            case 409 when creation:
                // An earlier attempt with the same key may still be under way.
                await response.Content.LoadIntoBufferAsync().ConfigureAwait(false);
                var body = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
                return body.Contains("/problems/idempotency-key-in-use", StringComparison.Ordinal);
            default:
                return false;
        }
    }

    // What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers
    // do not come back together.
    private static TimeSpan WaitBefore(int attempt, HttpResponseMessage? response)
    {
        var said = response?.Headers.RetryAfter;
        if (said?.Delta is { } delta) return delta;
        if (said?.Date is { } date) return date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero;
        var most = Math.Min(8, 0.25 * Math.Pow(2, attempt));
        return TimeSpan.FromSeconds((most / 2) + (Random.Shared.NextDouble() * most / 2));
    }
}
