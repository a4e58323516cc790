using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>Places in an answer, other than its JSON, where a server can repeat a secret.</summary>
internal sealed class EchoLeakTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task The_code_in_the_media_type_of_a_response_is_not_repeated([Values(200, 400)] int status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json((HttpStatusCode)status, "{}", $"text/{The.Code}"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await Failure(credential)).ToString(), Does.Not.Contain(The.Code));
    }

    [Test]
    public async Task A_secret_in_an_echoed_Basic_header_is_masked()
    {
        const string Secret = "aB+3/xY=9~k+P/q=Z.1+w/e=R";
        var endpoint = new ScriptedEndpoint(Answer.Of(static sent => new HttpResponseMessage(HttpStatusCode.BadRequest)
        {
            Content = new StringContent(
                $$"""{"error":"invalid_client","error_description":"got {{sent.Headers.Authorization!.Parameter}}"}""", Encoding.UTF8, "application/json"),
        }));
        await using AuthorizationCodeCredential credential = Some.Credential(
            endpoint, configure: static options => options.ClientAuthentication = ClientAuthentication.Secret(Secret, ClientSecretMethod.Basic));

        AuthenticationFailedException failure = await Failure(credential);

        string sent = endpoint.Requests.Single().Headers.Authorization!.Parameter!;
        Assert.That(failure.Message, Does.Not.Contain(sent[^40..]));
    }

    [TestCase("HTTP/1.1 200 OK\r\n{0}\r\n\r\n", TestName = "In a header line without a name")]
    [TestCase("{0}\r\n\r\n", TestName = "In a status line")]
    [TestCase("HTTP/1.1 400 Bad\r\nContent-Length: {0}\r\n\r\n", TestName = "In a length")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{0}\r\n", TestName = "In a chunk of a 200")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nx{0}\r\n", TestName = "In the length of a chunk")]
    [TestCase("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n{0}\r\n", TestName = "In a chunk")]
    public async Task What_the_handler_quotes_of_a_response_that_is_not_HTTP_is_not_repeated(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task serving = Serve(listener, string.Format(System.Globalization.CultureInfo.InvariantCulture, answer, The.Code));
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, The.Client, The.Code, The.Redirect, new AuthorizationCodeCredentialOptions
            {
                AuthorityHost = new Uri($"http://127.0.0.1:{port}/"),
                Retry = { MaxRetries = 0 },
            });

        AuthenticationFailedException failure = await Failure(credential);
        await serving;

        Assert.That(failure.ToString(), Does.Not.Contain(The.Code).And.Not.Contain(BitConverter.ToString(Encoding.ASCII.GetBytes(The.Code))));
    }

    private static async Task Serve(TcpListener listener, string answer)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[64 * 1024];
        string got = "";
        while (!got.Contains("client_info=1", StringComparison.Ordinal))
        {
            got += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
    }
}
