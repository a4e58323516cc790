using System.Net;
using System.Net.Http.Headers;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A browser: it keeps cookies and follows redirects, to the application and to the authorization server.</summary>
internal sealed class Browser(HttpMessageHandler app) : IDisposable
{
    internal static readonly Uri Origin = new("https://localhost/");

    private const int MostRedirects = 40;

    private readonly HttpMessageInvoker _app = new(app);
    private readonly HttpMessageInvoker _web = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    internal CookieContainer Cookies { get; } = new();

    /// <summary>Where the browser is.</summary>
    internal Uri Address { get; private set; } = Origin;

    /// <summary>How often the browser has been sent to the authorization server.</summary>
    internal int Visits { get; private set; }

    /// <summary>Goes to a page, and follows redirects.</summary>
    internal async Task<Reply> GoAsync(string address)
    {
        Reply reply = await SendAsync(HttpMethod.Get, address);
        for (int redirects = 0; reply.Location is { } location && redirects < MostRedirects; redirects++)
        {
            reply = await SendAsync(HttpMethod.Get, location.AbsoluteUri);
        }

        return reply;
    }

    /// <summary>Goes to a page, and follows no redirect.</summary>
    internal Task<Reply> StepAsync(string address) => SendAsync(HttpMethod.Get, address);

    /// <summary>Posts a form of a page.</summary>
    internal Task<Reply> PostAsync(string address, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, address, new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Posts a body of any kind.</summary>
    internal Task<Reply> PostBodyAsync(string address, HttpContent body) => SendAsync(HttpMethod.Post, address, body);

    /// <summary>Requests data, as a script does.</summary>
    internal Task<Reply> FetchAsync(string address) => SendAsync(HttpMethod.Get, address, content: null, "cors");

    /// <summary>Requests a page before the user goes there.</summary>
    internal Task<Reply> PrefetchAsync(string address) => SendAsync(HttpMethod.Get, address, content: null, "navigate", "prefetch;prerender");

    /// <summary>The cookies that the application has set, on any path.</summary>
    internal Cookie[] AllCookies() => [.. Cookies.GetAllCookies().Where(static cookie => cookie.Domain == Origin.Host)];

    /// <summary>Gives the cookies of the application to another browser, as a thief or a proxy that moves a user does.</summary>
    internal void CopyCookiesTo(Browser other) => Array.ForEach(AllCookies(), other.Cookies.Add);

    public void Dispose()
    {
        _app.Dispose();
        _web.Dispose();
    }

    private async Task<Reply> SendAsync(HttpMethod method, string address, HttpContent? content = null, string mode = "navigate", string? purpose = null)
    {
        var target = new Uri(Origin, address);
        bool isApp = target.Host == Origin.Host && target.Scheme == Origin.Scheme;
        Visits += isApp ? 0 : 1;
        Address = target;
        using var request = new HttpRequestMessage(method, target) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mode == "navigate" ? "text/html" : "application/json"));
        request.Headers.Add("Sec-Fetch-Mode", mode);
        if (purpose is not null)
        {
            request.Headers.Add("Sec-Purpose", purpose);
        }

        string cookies = Cookies.GetCookieHeader(target);
        if (cookies.Length > 0)
        {
            request.Headers.Add("Cookie", cookies);
        }

        using HttpResponseMessage response = await (isApp ? _app : _web).SendAsync(request, CancellationToken.None);
        foreach (string cookie in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set : [])
        {
            Cookies.SetCookies(target, cookie);
        }

        return await Reply.ReadAsync(response, target);
    }
}
