using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Credenza.Admin;

/// <summary>Where the access tokens of calls come from.</summary>
public interface ITokenSource
{
    /// <summary>A token that is valid now.</summary>
    Task<string> TokenAsync(CancellationToken cancellation = default);

    /// <summary>Says that a token was not accepted (401), so that it is not given out again.</summary>
    void Refused(string token);
}

/// <summary>An answer of the token endpoint that is no token (RFC 6749 5.2).</summary>
public sealed class TokenException : Exception
{
    internal TokenException(int status, string code, string? description)
        : base($"no access token: {code} ({status}) {description}".TrimEnd())
    {
        Status = status;
        Code = code;
    }

    /// <summary>The status of the response.</summary>
    public int Status { get; }

    /// <summary>The registered error code, such as invalid_client.</summary>
    public string Code { get; }
}

/// <summary>
/// Gets tokens by the credentials of a service account (RFC 6749 4.4). A token is kept until shortly before it expires, and
/// whoever needs one while it is being fetched waits for that one. The token endpoint is found by discovery.
/// </summary>
public sealed class ServiceAccount : ITokenSource
{
    private readonly HttpClient http;
    private readonly string issuer;
    private readonly string credentials;
    private readonly Dictionary<string, string> form;
    private readonly SemaphoreSlim gate = new(1, 1);
    private Uri? endpoint;
    private volatile Current? current;

    private sealed record Current(string Token, DateTimeOffset Renew);

    /// <summary>A service account of the tenant with this issuer.</summary>
    public ServiceAccount(
        string issuer, string clientId, string clientSecret, string? scope = null, string? resource = null, HttpClient? http = null)
    {
        this.issuer = issuer.TrimEnd('/');
        this.http = http ?? new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        // RFC 6749 2.3.1: both are encoded as in a form.
        var pair = $"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}";
        credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["resource"] = resource ?? $"{this.issuer}/admin",
        };
        if (scope is not null) form["scope"] = scope;
    }

    /// <inheritdoc/>
    public async Task<string> TokenAsync(CancellationToken cancellation = default)
    {
        if (current is { } known && DateTimeOffset.UtcNow < known.Renew) return known.Token;
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (current is { } fetched && DateTimeOffset.UtcNow < fetched.Renew) return fetched.Token;
            current = await AskAsync(cancellation).ConfigureAwait(false);
            return current.Token;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Refused(string token)
    {
        if (current is { } known && known.Token == token) current = null;
    }

    private async Task<Current> AskAsync(CancellationToken cancellation)
    {
        var asked = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Post, await DiscoverAsync(cancellation).ConfigureAwait(false));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        request.Content = new FormUrlEncodedContent(form);
        var (status, answer) = await SendAsync(request, cancellation).ConfigureAwait(false);
        var token = Text(answer, "access_token");
        if (status != 200 || token is null)
        {
            throw new TokenException(status, Text(answer, "error") ?? "no token in the answer", Text(answer, "error_description"));
        }
        var lifetime = answer.TryGetProperty("expires_in", out var seconds) ? seconds.GetDouble() : 0;
        // A tenth of its life, and at most half a minute, is left for the calls under way.
        return new Current(token, asked.AddSeconds(lifetime - Math.Min(lifetime / 10, 30)));
    }

    // OpenID Connect Discovery 4.
    private async Task<Uri> DiscoverAsync(CancellationToken cancellation)
    {
        if (endpoint is not null) return endpoint;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{issuer}/.well-known/openid-configuration");
        var (status, metadata) = await SendAsync(request, cancellation).ConfigureAwait(false);
        var said = Text(metadata, "issuer");
        var found = Text(metadata, "token_endpoint");
        if (status != 200 || said?.TrimEnd('/') != issuer || found is null)
        {
            throw new InvalidOperationException($"discovery of {issuer} answers {status}, for the issuer {said}");
        }
        return endpoint = new Uri(found);
    }

    private async Task<(int, JsonElement)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(body);
            return ((int)response.StatusCode, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return ((int)response.StatusCode, default);
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
