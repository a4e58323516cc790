using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A client as those of the Azure SDK are: it keeps its tokens. The API returns the user of the token.</summary>
internal sealed class EchoClient(TokenCredential credential, EchoApi api)
{
    private static readonly Uri Address = new("https://echo.example/");

    private readonly HttpPipeline _pipeline = HttpPipelineBuilder.Build(
        new EchoOptions { Transport = new HttpClientTransport(api) }, new BearerTokenAuthenticationPolicy(credential, App.Vault));

    /// <summary>The object ID of the user for whom the request was sent.</summary>
    internal async Task<string> WhoAmIAsync(CancellationToken cancellationToken = default)
    {
        using HttpMessage message = _pipeline.CreateMessage();
        message.Request.Uri.Reset(Address);
        await _pipeline.SendAsync(message, cancellationToken);
        return message.Response.Content.ToString();
    }

    private sealed class EchoOptions : ClientOptions;
}

/// <summary>The same, in a type that must be disposed of.</summary>
internal sealed class DisposableClient(TokenCredential credential, EchoApi api) : IDisposable
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal EchoClient Inner { get; } = new(credential, api);

    internal TokenCredential Credential => credential;

    internal Task Disposed => _disposed.Task;

    public void Dispose() => _disposed.TrySetResult();
}

/// <summary>An API that says whose token it got.</summary>
internal sealed class EchoApi : HttpMessageHandler
{
    private int _requests;

    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers in place of the user's ID, with the number of the request.</summary>
    internal Func<HttpRequestMessage, int, HttpResponseMessage?>? Answer { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _requests);
        await Task.Yield();
        return Answer?.Invoke(request, number) ?? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(UserOf(request)) };
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _requests);
        return Answer?.Invoke(request, number) ?? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(UserOf(request)) };
    }

    internal static string UserOf(HttpRequestMessage request) => Claim(request.Headers.Authorization!.Parameter!, "oid");

    /// <summary>A claim of a token; empty if there is none.</summary>
    internal static string Claim(string token, string name)
    {
        byte[] payload = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(token.Split('.')[1]);
        using var json = System.Text.Json.JsonDocument.Parse(payload);
        return json.RootElement.TryGetProperty(name, out System.Text.Json.JsonElement value) ? value.ToString() : "";
    }
}
