using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>Whether a client could sign users in and keep their sessions.</summary>
internal sealed class HealthCheckTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly FakeAad _aad;
    private readonly WatchedStore _store = new();

    public HealthCheckTests() => _aad = FakeAad.Start(options =>
    {
        options.RedirectUris = [Hosts.RedirectUri];
        options.TimeProvider = _time;
    });

    public void Dispose() => _aad.Dispose();

    [Test]
    public async Task All_is_well_and_no_token_is_requested()
    {
        using IHost host = HostOf();

        HealthReportEntry entry = await CheckAsync(host);

        Assert.Multiple(() =>
        {
            Assert.That((entry.Status, entry.Description, entry.Tags.Single(), _aad.TokenRequests.Count), Is.EqualTo((HealthStatus.Healthy, (string?)null, "ready", 0)));
            Assert.That(entry.Data, Is.EquivalentTo(new Dictionary<string, object>
            {
                ["client"] = "entra",
                ["metadata"] = "works",
                ["protector"] = "works",
                ["store"] = "works",
                ["keyRing"] = "no problem seen",
                ["unstoredSessions"] = 0,
            }));
            Assert.That(_store.Entries.Single().IsEnded, Is.True, "the probe is removed");
        });
    }

    [Test]
    public async Task Without_a_store_nothing_is_said_of_one()
    {
        using IHost host = HostOf(isShared: false);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, string.Join(' ', entry.Data.Keys.Order(StringComparer.Ordinal))), Is.EqualTo((HealthStatus.Healthy, "client metadata")));
    }

    [Test]
    public async Task The_metadata_is_asked_for_every_five_minutes()
    {
        using IHost host = HostOf();
        List<int> requests = [];
        foreach (double minutes in (double[])[0, 4.9, 0.2])
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            await CheckAsync(host);
            requests.Add(_aad.Requests.Count(static request => request.Path.Contains("openid-configuration", StringComparison.Ordinal)));
        }

        Assert.That(requests, Is.EqualTo(new[] { 1, 1, 2 }));
    }

    [Test]
    public async Task Metadata_that_cannot_be_read_is_a_failure_whose_end_shows_soon()
    {
        HealthReportEntry down, still;
        using IHost host = HostOf(settings: ("Issuer", "http://127.0.0.1:9"));
        down = await CheckAsync(host);
        _time.Advance(TimeSpan.FromSeconds(31));
        still = await CheckAsync(host);

        Assert.That((down.Status, down.Data["metadata"], down.Exception?.GetType(), still.Exception == down.Exception),
            Is.EqualTo((HealthStatus.Unhealthy, "failed", typeof(AuthenticationFailedException), false)), "it is asked again after 30 seconds");
    }

    [Test]
    public async Task Metadata_of_Entra_ID_that_cannot_be_read_is_degraded_since_tokens_need_none()
    {
        using IHost host = HostOf(settings: ("Authority", "http://127.0.0.1:9/tenant.example"));

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Data["metadata"], entry.Exception?.GetType()), Is.EqualTo((HealthStatus.Degraded, "failed", typeof(AuthenticationFailedException))));
        Assert.That(entry.Description, Does.Contain("sessions go on"));
    }

    [Test]
    public async Task Metadata_that_was_read_before_serves_on_and_is_degraded()
    {
        var metadata = new MetadataServer();
        metadata.Respond();
        using IHost host = HostOf(settings: ("Issuer", MetadataServer.Issuer), services: metadata.Use);
        List<HealthReportEntry> entries = [await CheckAsync(host)];
        metadata.IsDown = true;
        for (int i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            entries.Add(await CheckAsync(host));
        }

        Assert.That(entries.Select(static entry => (entry.Status, entry.Data["metadata"])), Is.EqualTo(new[]
        {
            (HealthStatus.Healthy, (object)"works"), (HealthStatus.Degraded, "failed"), (HealthStatus.Degraded, "failed"),
        }));
    }

    [Test]
    public async Task A_check_that_is_cancelled_leaves_the_read_and_the_next_one_finds_its_end()
    {
        var metadata = new MetadataServer();
        using IHost host = HostOf(settings: ("Issuer", MetadataServer.Issuer), services: metadata.Use);
        for (int i = 0; i < 3; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<HealthReport> check = host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancel.Token);
            await metadata.Arrived;
            await cancel.CancelAsync();
            Assert.That(async () => await check, Throws.InstanceOf<OperationCanceledException>());
        }

        metadata.Respond();
        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, metadata.Requests), Is.EqualTo((HealthStatus.Healthy, 1)));
    }

    [Test]
    public async Task A_token_request_that_is_under_way_does_not_hold_the_check_up()
    {
        using var arrived = new SemaphoreSlim(0);
        var go = new TaskCompletionSource();
        bool isHeld = false;
        using IHost host = HostOf(services: services => services.ConfigureAll<Microsoft.Extensions.Http.HttpClientFactoryOptions>(options =>
            options.HttpMessageHandlerBuilderActions.Add(builder => builder.AdditionalHandlers.Add(new Interceptor(async request =>
            {
                if (Volatile.Read(ref isHeld) && request.Method == HttpMethod.Post)
                {
                    arrived.Release();
                    await go.Task;
                }

                return null;
            })))));
        SignedInUser user = await Hosts.SignInAsync(host);
        Volatile.Write(ref isHeld, true);
        Task<AccessToken> request = user.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None).AsTask();
        await arrived.WaitAsync();

        HealthReportEntry? entry = null;
        try
        {
            entry = await CheckAsync(host).WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            go.SetResult();
            await request;
        }

        Assert.That((entry?.Status, entry?.Data["unstoredSessions"]), Is.EqualTo((HealthStatus.Healthy, 0)));
    }

    [TestCase("read", "does not respond (IOException)")]
    [TestCase("write", "does not respond (IOException)")]
    [TestCase("end", "does not respond (IOException)")]
    public async Task A_store_that_does_not_respond_is_a_failure_without_its_words(string operation, string problem)
    {
        using IHost host = HostOf();
        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();
        _store.Failures[operation] = new IOException("password=s3cr3t");

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Data["store"]), Is.EqualTo((HealthStatus.Unhealthy, "failed")));
        Assert.That(entry.Description, Does.Contain(problem).And.Not.Contain("s3cr3t"));
        Assert.That(entry.Exception, Is.Null);
    }

    [Test]
    public async Task A_store_that_returns_something_else_is_a_failure()
    {
        _store.ReadsOtherBytes = true;
        using IHost host = HostOf();

        Assert.That((await CheckAsync(host)).Description, Does.Contain("does not return what was stored"));
    }

    [Test]
    public async Task A_protector_that_does_not_return_what_it_was_given_is_a_failure()
    {
        using IHost host = HostOf(services: static services => services.Replace(ServiceDescriptor.Singleton<ISessionProtector, BrokenProtector>()));

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Data["protector"], entry.Data["store"]), Is.EqualTo((HealthStatus.Unhealthy, "failed", "works")));
    }

    [TestCase(15, HealthStatus.Healthy)]
    [TestCase(14, HealthStatus.Degraded)]
    [TestCase(1, HealthStatus.Degraded)]
    public async Task A_certificate_that_ends_soon_is_degraded(int days, HealthStatus status)
    {
        using IHost host = HostWithCertificate(days);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Data["certificateExpiresOn"]), Is.EqualTo((status, _time.GetUtcNow().AddDays(days))));
    }

    [Test]
    public async Task A_certificate_that_has_ended_meanwhile_is_a_failure()
    {
        using IHost host = HostWithCertificate(1);
        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();
        _time.Advance(TimeSpan.FromDays(1));

        Assert.That((await CheckAsync(host)).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task Keys_in_memory_beside_a_shared_store_are_degraded()
    {
        using IHost host = HostOf(services: static services => services.RemoveAll<ISessionProtector>());

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Data["keyRing"]), Is.EqualTo((HealthStatus.Degraded, "not persisted")));
    }

    [Test]
    public async Task Sessions_that_could_not_be_stored_are_stored_or_told()
    {
        using IHost host = HostOf();
        SignedInUser user = await Hosts.SignInAsync(host);
        _store.Failures["write"] = new IOException();
        _time.Advance(The.Hour);
        await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);
        HealthReportEntry down = await CheckAsync(host);
        _store.Failures.Clear();
        _time.Advance(TimeSpan.FromSeconds(2));

        HealthReportEntry up = await CheckAsync(host);

        Assert.That((down.Status, up.Status, up.Data["unstoredSessions"]), Is.EqualTo((HealthStatus.Unhealthy, HealthStatus.Healthy, 0)));
    }

    [Test]
    public async Task Name_status_tags_and_timeout_are_as_usual()
    {
        using IHost host = HostOf(checks: static checks => checks.AddAuthCode("entra", "sign-in", HealthStatus.Degraded, ["a", "b"], TimeSpan.FromSeconds(9)));
        _store.Failures["read"] = new IOException();

        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Multiple(() =>
        {
            Assert.That((report.Entries.Keys.Single(), report.Status, report.Entries["sign-in"].Tags), Is.EqualTo(("sign-in", HealthStatus.Degraded, (string[])["a", "b"])));
            Assert.That(host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single().Timeout, Is.EqualTo(TimeSpan.FromSeconds(9)));
        });
    }

    [TestCase(1, HealthStatus.Healthy)]
    [TestCase(2, HealthStatus.Unhealthy)]
    public async Task A_check_without_a_name_is_of_the_only_client(int clients, HealthStatus status)
    {
        using IHost host = HostOf(checks: static checks => checks.AddAuthCode(), isTwice: clients == 2);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.That((entry.Status, entry.Exception?.Message.Contains("name the client", StringComparison.Ordinal) ?? false), Is.EqualTo((status, clients == 2)));
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["authcode"];

    private IHost HostWithCertificate(int days) => HostOf(
        credential:
        [
            ("ClientCredentials:0:SourceType", "Base64Encoded"),
            ("ClientCredentials:0:Base64EncodedValue", Certificates.Base64("CN=c", notAfter: _time.GetUtcNow().AddDays(days))),
        ]);

    private IHost HostOf(
        bool isShared = true, (string Key, string? Value)? settings = null, (string Key, string? Value)[]? credential = null,
        Action<IServiceCollection>? services = null, Action<IHealthChecksBuilder>? checks = null, bool isTwice = false)
    {
        (string, string?)[] server = settings is { } own ? [own] : [("Instance", _aad.AuthorityHost.AbsoluteUri), ("TenantId", _aad.TenantId)];
        return Hosts.Create(
            Hosts.AzureAd([.. server, ("ClientId", _aad.ClientId), .. credential ?? [("ClientSecret", _aad.ClientSecret)]]),
            client =>
            {
                _ = isShared ? client.UseSessionStore<WatchedStore>() : client;
                if (isTwice)
                {
                    client.Services.AddAuthorizationCodeClient("other", new Microsoft.Extensions.Configuration.ConfigurationManager().GetSection("Other"));
                }
            },
            all =>
            {
                all.AddSingleton<TimeProvider>(_time).AddSingleton(_store).AddSingleton<ISessionProtector, PlainProtector>();
                services?.Invoke(all);
                (checks ?? (static checks => checks.AddAuthCode("entra")))(all.AddHealthChecks());
            });
    }

    /// <summary>A provider's metadata, which is answered when the test says so.</summary>
    private sealed class MetadataServer
    {
        internal const string Issuer = "https://op.example";

        private const string Json = """
            { "issuer": "https://op.example", "authorization_endpoint": "https://op.example/a", "token_endpoint": "https://op.example/t", "jwks_uri": "https://op.example/k",
              "response_types_supported": [ "code" ], "subject_types_supported": [ "public" ], "id_token_signing_alg_values_supported": [ "RS256" ] }
            """;

        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _requests;

        internal Task Arrived => _arrived.Task;

        internal int Requests => _requests;

        internal volatile bool IsDown;

        internal void Respond() => _go.TrySetResult();

        internal void Use(IServiceCollection services) => services.ConfigureAll<Microsoft.Extensions.Http.HttpClientFactoryOptions>(options =>
            options.HttpMessageHandlerBuilderActions.Add(builder => builder.AdditionalHandlers.Add(new Interceptor(AnswerAsync))));

        private async Task<HttpResponseMessage?> AnswerAsync(HttpRequestMessage request)
        {
            Interlocked.Increment(ref _requests);
            _arrived.TrySetResult();
            await _go.Task;
            return IsDown ? new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError)
                : new HttpResponseMessage { Content = new StringContent(Json, System.Text.Encoding.UTF8, "application/json") };
        }
    }

    /// <summary>Answers a request, or sends it if there is no answer.</summary>
    private sealed class Interceptor(Func<HttpRequestMessage, Task<HttpResponseMessage?>> answer) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await answer(request) ?? await base.SendAsync(request, cancellationToken);
    }

    private sealed class BrokenProtector : ISessionProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();

        public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding) => null;
    }
}
