using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthCode.Tests.Wire;

/// <summary>The client of credentials that were given none, at a real connection.</summary>
internal sealed class SharedHttpClientTests(bool isAsync) : BothWays(isAsync)
{
    private readonly List<string> _requests = [];

    [TestCase("301 Moved Permanently")]
    [TestCase("302 Found")]
    [TestCase("303 See Other")]
    [TestCase("307 Temporary Redirect")]
    [TestCase("308 Permanent Redirect")]
    public async Task No_redirect_is_followed_and_no_cookie_kept(string status)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var authority = new Uri($"http://{listener.LocalEndpoint}/");
        Task serving = Serve(
            listener,
            $"HTTP/1.1 {status}\r\nLocation: {authority}elsewhere\r\nSet-Cookie: a=b; path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.TokenJson().Length}\r\nConnection: close\r\n\r\n{Answer.TokenJson()}");
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, The.Client, The.Code, The.Redirect, new AuthorizationCodeCredentialOptions { AuthorityHost = authority });

        AuthenticationFailedException failure = await Failure(credential);
        string token = (await GetToken(credential, The.Vault)).Token;
        await serving;

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("Check the authority host").And.Contain("redirect to 127.0.0.1"));
            Assert.That(token, Is.EqualTo("access-1"));
            Assert.That(_requests, Has.Count.EqualTo(2).And.All.StartsWith($"POST /{The.Tenant}/oauth2/v2.0/token HTTP/1.1\r\n"));
            Assert.That(_requests, Has.All.Not.Contains("Cookie:").And.All.Not.Contains("Accept-Encoding: gzip"));
        });
    }

    // The transport repeats a request on a new connection if an idle one turns out to be closed, but not once it has read the form.
    [Test]
    public async Task A_form_on_a_connection_that_was_used_before_is_not_repeated_when_that_breaks()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeThenClose(
            listener, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.TokenJson().Length}\r\n\r\n{Answer.TokenJson()}");
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = new Uri($"http://{listener.LocalEndpoint}/") };
        options.Retry.MaxRetries = 0;
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        await serving;

        Assert.That(failure.Message, Does.Contain("failed before the response to the token request was complete"));
        Assert.That((_requests.Count, listener.Pending()), Is.EqualTo((2, false)));
    }

    private async Task ServeThenClose(TcpListener listener, string answer)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        await ReadRequest(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        await ReadRequest(stream);
    }

    private async Task ReadRequest(NetworkStream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        string got = "";
        while (!got.EndsWith("client_info=1", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer);
            got += read > 0 ? Encoding.ASCII.GetString(buffer, 0, read) : throw new IOException("The client closed before its request was complete.");
        }

        _requests.Add(got);
    }

    private async Task Serve(TcpListener listener, params string[] answers)
    {
        foreach (string answer in answers)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            await ReadRequest(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
    }
}
