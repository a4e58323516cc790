using System.Threading.Channels;
using AuthCode.Extensions.Tests.Snippets;
using AuthCode.Testing;
using Azure.Core;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>The worker of docs/background-jobs.md, with the session of a user who signed in at another host.</summary>
internal sealed class BackgroundJobTests : IDisposable
{
    private static readonly TokenRequestContext Orders = new(["api://orders/.default"]);

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly DirectoryInfo _keyRing = Directory.CreateTempSubdirectory("authcode-jobs-");
    private readonly WatchedCache _cache;
    private readonly FakeAad _aad;

    public BackgroundJobTests()
    {
        _cache = new WatchedCache(_time);
        _aad = FakeAad.Start(options =>
        {
            options.RedirectUris = [Hosts.RedirectUri];
            options.TimeProvider = _time;
        });
    }

    public void Dispose()
    {
        _aad.Dispose();
        _keyRing.Delete(recursive: true);
    }

    [Test]
    public async Task A_job_refreshes_once_and_the_web_application_takes_its_token_over()
    {
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync();
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);
        _time.Advance(TimeSpan.FromMinutes(61));
        _aad.ClearRequests();

        string outcome = await queue.RunAsync(user.SessionKey);
        UserSession? session = await web.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        AccessToken token = await session!.Credential.GetTokenAsync(Orders, CancellationToken.None);

        Assert.That((outcome, _aad.TokenRequests.Count, queue.Sent), Is.EqualTo(("done", 1, token.Token)));
    }

    [Test]
    public async Task After_a_sign_out_a_job_waits_for_the_user_and_requests_nothing()
    {
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync();
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);
        await queue.RunAsync(user.SessionKey);
        await web.Services.GetRequiredService<UserSessions>().EndAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromSeconds(60));
        _aad.ClearRequests();

        Assert.That((await queue.RunAsync(user.SessionKey), _aad.TokenRequests.Count), Is.EqualTo(("waits for the user: api://orders/.default, claims: ", 0)));
    }

    [Test]
    public async Task A_job_under_way_has_its_token_until_it_expires_and_then_learns_of_the_sign_out()
    {
        using IHost web = HostOf(), worker = HostOf();
        SignedInUser user = await Hosts.SignInAsync(web);
        UserSession? session = await worker.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        AccessToken first = await session!.Credential.GetTokenAsync(Orders, CancellationToken.None);
        await web.Services.GetRequiredService<UserSessions>().EndAsync(user.SessionKey);
        AccessToken again = await session.Credential.GetTokenAsync(Orders, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(61));
        _aad.ClearRequests();

        Assert.Multiple(() =>
        {
            Assert.That(again.Token, Is.EqualTo(first.Token));
            Assert.That(
                async () => await session.Credential.GetTokenAsync(Orders, CancellationToken.None),
                Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("The session has been ended, on this instance or on another one.").And.Property("IsSignInRequired").True);
            Assert.That(_aad.TokenRequests, Is.Empty);
        });
    }

    [Test]
    public async Task What_only_the_user_can_satisfy_is_kept_for_the_next_visit()
    {
        const string Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync();
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);
        _aad.RequireClaims("api://orders", Claims);

        Assert.That(await queue.RunAsync(user.SessionKey), Is.EqualTo($"waits for the user: api://orders/.default, claims: {Claims}"));
    }

    [Test]
    public async Task While_the_store_does_not_respond_a_job_is_put_back()
    {
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync();
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);
        _cache.BeforeGet = static _ => throw new IOException();

        Assert.That(await queue.RunAsync(user.SessionKey), Is.EqualTo("put back"));
    }

    [TestCase("invoices", "waits for the user: api://orders/.default, claims: ")]
    [TestCase("orders", "done")]
    public async Task Both_need_the_same_application_name_of_Data_Protection(string applicationName, string outcome)
    {
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync(applicationName);
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);

        Assert.That(await queue.RunAsync(user.SessionKey), Is.EqualTo(outcome));
    }

    [TestCase(10, "done")]
    [TestCase(14, "waits for the user: api://orders/.default, claims: ")]
    public async Task A_job_is_a_use_of_the_session_so_that_it_goes_on_if_jobs_come_often_enough(int days, string outcome)
    {
        using IHost web = HostOf();
        (IHost worker, Queue queue) = await StartWorkerAsync();
        using IHost started = worker;
        SignedInUser user = await Hosts.SignInAsync(web);
        string last = "";
        for (int job = 0; job < 3; job++)
        {
            _time.Advance(TimeSpan.FromDays(days));
            last = await queue.RunAsync(user.SessionKey);
        }

        Assert.That(last, Is.EqualTo(outcome));
    }

    // Both are configured by the code of the page; the worker is the one that is started.
    private IHost HostOf(Queue? queue = null, string? applicationName = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(Hosts.AzureAd(
            ("Instance", _aad.AuthorityHost.AbsoluteUri), ("TenantId", _aad.TenantId), ("ClientId", _aad.ClientId), ("ClientSecret", _aad.ClientSecret)));
        builder.Configuration["KeyRing"] = _keyRing.FullName;
        builder.Services.AddSingleton<TimeProvider>(_time).AddSingleton<IDistributedCache>(_cache);
        builder.Services.AddSingleton<Jobs.IJobQueue>(queue ?? new Queue()).AddSingleton<Jobs.IOrders>(queue ?? new Queue());
        Jobs.Add(builder.Services, builder.Configuration);
        if (applicationName is not null)
        {
            builder.Services.Configure<DataProtectionOptions>(options => options.ApplicationDiscriminator = applicationName);
        }

        return builder.Build();
    }

    private async Task<(IHost Host, Queue Queue)> StartWorkerAsync(string? applicationName = null)
    {
        var queue = new Queue();
        IHost host = HostOf(queue, applicationName);
        await host.StartAsync();
        return (host, queue);
    }

    /// <summary>A queue of one job at a time, and the API that the job calls.</summary>
    private sealed class Queue : Jobs.IJobQueue, Jobs.IOrders
    {
        private readonly Channel<Jobs.Job> _jobs = Channel.CreateUnbounded<Jobs.Job>();
        private readonly Channel<string> _outcomes = Channel.CreateUnbounded<string>();

        /// <summary>The token of the last call of the API.</summary>
        internal string? Sent { get; private set; }

        internal async Task<string> RunAsync(string sessionKey)
        {
            _jobs.Writer.TryWrite(new Jobs.Job(sessionKey));
            return await _outcomes.Reader.ReadAsync();
        }

        public IAsyncEnumerable<Jobs.Job> TakeAllAsync(CancellationToken cancellationToken) => _jobs.Reader.ReadAllAsync(cancellationToken);

        public Task CompleteAsync(Jobs.Job job) => NoteAsync("done");

        public Task PutBackAsync(Jobs.Job job, TimeSpan? delay) => NoteAsync("put back");

        public Task AwaitUserAsync(Jobs.Job job, IReadOnlyList<string> scopes, string? claims) => NoteAsync($"waits for the user: {string.Join(' ', scopes)}, claims: {claims}");

        public Task ExportAsync(Jobs.Job job, string accessToken, CancellationToken cancellationToken)
        {
            Sent = accessToken;
            return Task.CompletedTask;
        }

        private Task NoteAsync(string outcome) => _outcomes.Writer.WriteAsync(outcome).AsTask();
    }
}
