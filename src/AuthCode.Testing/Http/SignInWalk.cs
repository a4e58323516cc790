using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthCode.Testing.Http;

/// <summary>What a browser does in a sign-in: it follows redirects to the service and to the fake, and posts forms.</summary>
internal sealed partial class SignInWalk : IDisposable
{
    private const int MostSteps = 30;

    private readonly HttpClient _browser;
    private readonly HttpClient _web;
    private readonly Uri _authority;

    internal SignInWalk(HttpClient browser, Uri authority, X509Certificate2? certificate)
    {
        _browser = browser;
        _authority = authority;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, sent, _, _) => certificate is not null && sent?.GetCertHashString() == certificate.GetCertHashString();
        _web = new HttpClient(handler);
    }

    internal async Task<HttpResponseMessage> GoAsync(Uri address, CancellationToken cancellationToken)
    {
        HttpContent? form = null;
        for (int steps = 0; steps < MostSteps; steps++)
        {
            HttpResponseMessage response = await SendAsync(address, form, cancellationToken).ConfigureAwait(false);

            // A client of the service that follows redirects by itself has asked the service for an address of the fake.
            Uri requested = response.RequestMessage?.RequestUri ?? address;
            bool isLost = !IsOfFake(address) && IsOfFake(requested);
            form = null;
            if (isLost)
            {
                address = requested;
            }
            else if (response.Headers.Location is { } location && (int)response.StatusCode is > 300 and < 400)
            {
                address = new Uri(requested, location);
            }
            else if (IsOfFake(address))
            {
                (address, form) = await ReadFormAsync(response, address, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return response;
            }

            response.Dispose();
        }

        throw new InvalidOperationException(
            $"The sign-in did not end within {MostSteps} redirects: the service sends the user to sign in each time. " +
            "Check that the client of the service keeps cookies, and that its base address is that of the redirect URI.");
    }

    public void Dispose() => _web.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri address, HttpContent? form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, address) { Content = form };
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        return await (IsOfFake(address) ? _web : _browser).SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(Uri Address, HttpContent Form)> ReadFormAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await response.Content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        string page = Encoding.UTF8.GetString(bytes.ToArray());
        Match form = Form().Match(page);
        if (!response.IsSuccessStatusCode || !form.Success)
        {
            throw new InvalidOperationException(
                $"The fake did not send the user back to the service: HTTP {(int)response.StatusCode}. {WebUtility.HtmlDecode(ErrorText().Match(page).Value)}".TrimEnd());
        }

        return (
            new Uri(address, WebUtility.HtmlDecode(form.Groups["action"].Value)),
            new FormUrlEncodedContent(Field().Matches(page).Select(static field => KeyValuePair.Create(
                WebUtility.HtmlDecode(field.Groups["name"].Value), WebUtility.HtmlDecode(field.Groups["value"].Value)))));
    }

    private bool IsOfFake(Uri address) => address.Scheme == _authority.Scheme && address.Authority == _authority.Authority;

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)">""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    // The hidden fields, and the button that signs in.
    [GeneratedRegex("""<(?:input type="hidden"|button class="first") name="(?<name>[^"]*)" value="(?<value>[^"]*)""" + "\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Field();

    [GeneratedRegex("AADSTS[0-9]+[^<]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorText();
}
