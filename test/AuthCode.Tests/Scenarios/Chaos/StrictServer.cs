using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace AuthCode.Tests.Scenarios.Chaos;

/// <summary>
/// The strictest server there could be, in memory: a code works once, a refresh token works once, and a second use of either
/// revokes its whole family. It writes what a token was asked with into the token, and plays the faults that it is told to.
/// </summary>
internal sealed class StrictServer(Func<StrictServer.Fault> nextFault) : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Family> _codes = new();
    private readonly ConcurrentDictionary<string, (Family Family, bool Used)> _refreshTokens = new();
    private readonly object _gate = new();
    private int _serial;

    /// <summary>What goes wrong with a request.</summary>
    internal enum Fault
    {
        None,

        /// <summary>The request does not arrive.</summary>
        NeverSent,

        /// <summary>The server takes no requests for now.</summary>
        Throttled,

        /// <summary>The server fails before it looks at the grant.</summary>
        Failed,
    }

    internal int Redemptions { get; private set; }

    internal int Refreshes { get; private set; }

    /// <summary>Codes and refresh tokens that came a second time.</summary>
    internal int Replays { get; private set; }

    internal string NewCode()
    {
        string code = $"code-{Interlocked.Increment(ref _serial)}-{Guid(_serial)}";
        _codes[code] = new Family();
        return code;
    }

    /// <summary>What a token is good for, as the server wrote it in.</summary>
    internal static string KeyOf(string accessToken) => Encoding.UTF8.GetString(Convert.FromBase64String(accessToken.Split('.')[1]));

    internal static string Key(string path, string? scope, string? claims) => $"{path}|{scope}|{claims}";

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new StreamReader(request.Content!.ReadAsStream(cancellationToken), Encoding.UTF8);
        return Answer(request, body.ReadToEnd());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new StreamReader(await request.Content!.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        string text = await body.ReadToEndAsync(cancellationToken);
        // Elsewhere, so that callers meet in every order.
        await Task.Yield();
        return Answer(request, text);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        Dictionary<string, string> form = body.Split('&').Select(static field => field.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => WebUtility.UrlDecode(pair[1]));
        return nextFault() switch
        {
            Fault.NeverSent => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"),
            Fault.Throttled => Respond(request, HttpStatusCode.TooManyRequests, "{}"),
            Fault.Failed => Respond(request, HttpStatusCode.BadRequest, """{"error":"server_busy"}"""),
            _ => Grant(request, form),
        };
    }

    private HttpResponseMessage Grant(HttpRequestMessage request, Dictionary<string, string> form)
    {
        lock (_gate)
        {
            Family? family = form["grant_type"] == "authorization_code" ? Redeem(form["code"]) : Refresh(form["refresh_token"]);
            if (family is null || family.Revoked)
            {
                return Respond(request, HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");
            }

            int serial = ++_serial;
            string refreshToken = $"refresh-{serial}-{Guid(serial)}";
            _refreshTokens[refreshToken] = (family, false);
            string key = Key(request.RequestUri!.AbsolutePath, form["scope"], form.GetValueOrDefault("claims"));
            string accessToken = $"at{serial}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(key))}";
            return Respond(request, HttpStatusCode.OK, global::AuthCode.Tests.Answer.TokenJson(accessToken, refreshToken));
        }
    }

    private Family? Redeem(string code)
    {
        Redemptions++;
        if (!_codes.TryGetValue(code, out Family? family))
        {
            return null;
        }

        Spend(family, family.CodeUsed);
        family.CodeUsed = true;
        return family;
    }

    private Family? Refresh(string refreshToken)
    {
        Refreshes++;
        if (!_refreshTokens.TryGetValue(refreshToken, out (Family Family, bool Used) entry))
        {
            return null;
        }

        Spend(entry.Family, entry.Used);
        _refreshTokens[refreshToken] = (entry.Family, true);
        return entry.Family;
    }

    private void Spend(Family family, bool again)
    {
        if (again)
        {
            Replays++;
            family.Revoked = true;
        }
    }

    private static HttpResponseMessage Respond(HttpRequestMessage request, HttpStatusCode status, string json) => new(status)
    {
        Content = new StringContent(json, Encoding.UTF8, "application/json"),
        RequestMessage = request,
    };

    private static string Guid(int serial) => new Guid(serial, 0, 0, new byte[8]).ToString("N");

    private sealed class Family
    {
        internal bool CodeUsed { get; set; }

        internal bool Revoked { get; set; }
    }
}
