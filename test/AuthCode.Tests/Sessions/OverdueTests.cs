using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>Handlers that ignore their cancellation token: callers are let go, and the attempt is waited for.</summary>
internal sealed class OverdueTests(bool isAsync) : BothWays(isAsync)
{
    private readonly FakeTimeProvider _time = new(The.Now);

    [Test]
    public async Task Callers_are_let_go_nothing_else_is_sent_and_a_late_response_is_kept()
    {
        using var handler = new Deaf();
        await using AuthorizationCodeCredential credential = Some.Credential(handler, _time, static options => options.AdditionallyAllowedTenants.Add("*"));
        Task<AuthenticationFailedException> call = Failure(credential);
        await handler.Arrived;
        Task<AuthenticationFailedException> waiting = Failure(credential, Some.Request(The.Storage));

        _time.Advance(TimeSpan.FromSeconds(100));
        AuthenticationFailedException overdue = await call;
        AuthenticationFailedException other = await waiting;
        AuthenticationFailedException meanwhile = await Failure(credential, Some.Request(The.Graph));
        int posts = handler.Posts;
        handler.Respond();
        AccessToken late = await Eventually(credential);

        Assert.Multiple(() =>
        {
            Assert.That(overdue.Message, Does.Contain("did not respond to the token request within 100 s").And.Contain("has not ended the request"));
            Assert.That(overdue.InnerException, Is.TypeOf<TimeoutException>());
            Assert.That((other.Message, meanwhile.Message), Is.EqualTo((overdue.Message, overdue.Message)));
            Assert.That(posts, Is.EqualTo(1));
            Assert.That(late.Token, Is.EqualTo("access-late"));
            Assert.That(handler.Posts, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Disposal_lets_callers_go_too()
    {
        using var handler = new Deaf();
        AuthorizationCodeCredential credential = Some.Credential(handler, _time);
        Task<AccessToken> call = GetToken(credential);
        await handler.Arrived;

        credential.Dispose();

        Assert.That(() => call, Throws.TypeOf<ObjectDisposedException>());
        handler.Respond();
    }

    [Test]
    public async Task A_sign_in_whose_response_is_overdue_is_over_and_its_code_is_not_sent_beside_it()
    {
        using var handler = new DeafAtToken();
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(handler), TimeProvider = _time };
        options.ClientAuthentication = ClientAuthentication.None;
        var client = new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");
        Task<SignedInUser> signIn = client.CompleteSignInAsync(request.Transaction, callback);
        await handler.Arrived;

        _time.Advance(TimeSpan.FromSeconds(100));
        AuthenticationFailedException overdue = Assert.CatchAsync<AuthenticationFailedException>(() => signIn)!;
        AuthenticationFailedException again = Assert.CatchAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback))!;
        handler.Respond();

        Assert.That((overdue.IsSignInRequired, overdue.IsTransient, handler.Posts), Is.EqualTo((true, false, 1)));
        Assert.That(again.Message, Does.StartWith("The authorization response of this sign-in has been taken before."));
    }

    // The session takes the late response in the background: until then calls fail at once.
    private async Task<AccessToken> Eventually(AuthorizationCodeCredential credential)
    {
        while (true)
        {
            try
            {
                return await GetToken(credential);
            }
            catch (AuthenticationFailedException)
            {
                await Task.Yield();
            }
        }
    }

    private sealed class DeafAtToken() : DelegatingHandler(new Provider())
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _posts;

        internal Task Arrived => _arrived.Task;

        internal int Posts => Volatile.Read(ref _posts);

        internal void Respond() => _released.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                Interlocked.Increment(ref _posts);
                await request.Content!.CopyToAsync(Stream.Null, CancellationToken.None);
                _arrived.TrySetResult();
                await _released.Task;
                return new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Deaf : HttpMessageHandler
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _posts;

        internal Task Arrived => _arrived.Task;

        internal int Posts => Volatile.Read(ref _posts);

        internal void Respond() => _released.SetResult();

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Arrive(request);
            _released.Task.Wait(CancellationToken.None);
            return Response(request);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Arrive(request);
            await _released.Task;
            return Response(request);
        }

        private static HttpResponseMessage Response(HttpRequestMessage request) => new(HttpStatusCode.OK)
        {
            Content = new StringContent(Answer.TokenJson("access-late"), System.Text.Encoding.UTF8, "application/json"),
            RequestMessage = request,
        };

        private void Arrive(HttpRequestMessage request)
        {
            Interlocked.Increment(ref _posts);
            request.Content!.CopyTo(Stream.Null, null, CancellationToken.None);
            _arrived.TrySetResult();
        }
    }
}
