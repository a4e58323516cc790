using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AuthCode.Telemetry.Tests;

/// <summary>What listeners hear of a call, and what they cannot do to it.</summary>
internal sealed class ListenerTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly string[] Hits = ["miss", "hit", "hit"];

    [Test]
    public async Task A_hit_is_counted_and_nothing_else()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Token()));
        using var recorder = new Recorder();
        await GetToken(credential);
        int before = recorder.Measurements.Count;
        int activities = recorder.Activities.Count;

        await GetToken(credential);
        await GetToken(credential);

        Assert.Multiple(() =>
        {
            Assert.That(recorder.Of("authcode.token.lookups").Select(static measurement => measurement["authcode.result"]), Is.EqualTo(Hits));
            Assert.That(recorder.Measurements, Has.Count.EqualTo(before + 2));
            Assert.That(recorder.Activities, Has.Count.EqualTo(activities));
        });
    }

    [TestCase("invalid_grant", "invalid_grant")]
    [TestCase("c4n4ry-what-was-sent", "_OTHER")]
    public async Task The_error_of_the_server_is_told_if_it_is_known(string error, string told)
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Error(error)));
        using var recorder = new Recorder();

        await Failure(credential);

        Assert.That(ErrorTypesOf(recorder), Is.EqualTo(new[] { told, told }));
        Assert.That(recorder.Activities.Select(static activity => activity.Status), Is.All.EqualTo(ActivityStatusCode.Error).And.Exactly(2).Items);
    }

    [Test]
    public async Task A_status_without_an_OAuth_error_is_told()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Status(System.Net.HttpStatusCode.NotFound)));
        using var recorder = new Recorder();

        await Failure(credential);

        Assert.That(ErrorTypesOf(recorder), Is.EqualTo(new[] { "404", "404" }));
    }

    [Test]
    public async Task A_success_that_is_none_is_told()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Json(System.Net.HttpStatusCode.OK, "{}")));
        using var recorder = new Recorder();

        await Failure(credential);

        Assert.That(ErrorTypesOf(recorder), Is.EqualTo(new[] { "malformed_response", "malformed_response" }));
    }

    [Test]
    public async Task A_connection_that_could_not_be_made_is_told_with_each_attempt()
    {
        var refused = new HttpRequestException(HttpRequestError.NameResolutionError, "unknown");
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Throw(refused), Answer.Token()));
        using var recorder = new Recorder();

        await GetToken(credential);

        Assert.That(
            recorder.Of("authcode.token_request.duration").Select(static measurement => (measurement["authcode.attempt"], measurement["error.type"])),
            Is.EqualTo(new[] { ("1", "name_resolution_error"), ("2", null) }));
    }

    [Test]
    public async Task A_caller_who_cancels_is_told_apart()
    {
        Answer held = Answer.Token().Held();
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(held));
        using var recorder = new Recorder();
        using var source = new CancellationTokenSource();
        Task call = GetToken(credential, Some.Request(), source.Token);
        await held.Arrived;
        await source.CancelAsync();

        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Measurement wait = recorder.Of("authcode.token.wait.duration").Single();

        // The acquisition goes on, and must not end in the next test.
        held.Release();
        await GetToken(credential);
        Assert.That((wait["authcode.source"], wait["error.type"]), Is.EqualTo(("code", typeof(TaskCanceledException).FullName)).Or.EqualTo(("code", typeof(OperationCanceledException).FullName)));
    }

    [Test]
    public async Task A_listener_that_fails_costs_no_token()
    {
        using var meters = new MeterListener();
        meters.InstrumentPublished = static (instrument, listener) =>
        {
            // The runtime counts exceptions: one that this count threw would be counted again.
            if (instrument.Meter.Name == "AuthCode")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException());
        meters.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException());
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "AuthCode",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = static activity => throw new InvalidOperationException(activity.OperationName),
            ActivityStopped = static activity => throw new InvalidOperationException(activity.OperationName),
        };
        ActivitySource.AddActivityListener(activities);
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Token()));

        string[] tokens = [(await GetToken(credential)).Token, (await GetToken(credential)).Token];

        Assert.That(tokens, Is.All.EqualTo("access-1"));
        Assert.That(Activity.Current, Is.Null);
    }

    [TestCase("AuthCode.Instruments")]
    [TestCase("AuthCode.SessionInstruments")]
    public void A_listener_that_fails_when_it_is_told_of_an_instrument_costs_no_token(string type)
    {
        using var meters = new MeterListener();
        int failures = 0;
        bool fails = false;
        meters.InstrumentPublished = (instrument, _) =>
        {
            if (fails && instrument.Meter.Name == "AuthCode")
            {
                failures++;
                throw new InvalidOperationException();
            }
        };
        meters.Start();
        fails = true;

        // A copy of its own: this process has the instruments already.
        Assembly copy = new AssemblyLoadContext("copy").LoadFromAssemblyPath(typeof(AuthorizationCodeCredential).Assembly.Location);
        Assert.That(() => RuntimeHelpers.RunClassConstructor(copy.GetType(type)!.TypeHandle), Throws.Nothing);
        ((Meter)copy.GetType("AuthCode.Instruments")!.GetField("Meter", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!).Dispose();
        Assert.That(failures, Is.GreaterThan(1));
    }

    private static IEnumerable<string?> ErrorTypesOf(Recorder recorder) =>
        recorder.Measurements.Where(static measurement => measurement.Kind == "histogram").Select(static measurement => measurement["error.type"]);
}
