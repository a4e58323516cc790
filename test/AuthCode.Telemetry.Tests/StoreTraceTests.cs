using System.Diagnostics;

namespace AuthCode.Telemetry.Tests;

/// <summary>The calls of the store in a trace.</summary>
internal sealed class StoreTraceTests(bool isAsync) : ScenarioFixture(isAsync)
{
    [Test]
    public async Task The_calls_of_a_refresh_are_part_of_the_trace_of_its_caller_and_what_the_store_does_is_part_of_them()
    {
        SignedInUser user = await SignIn(Instance());
        using var recorder = new Recorder();
        var seen = new List<string?>();
        Store.Before = operation =>
        {
            seen.Add($"{Activity.Current?.OperationName} {operation}");
            return Task.CompletedTask;
        };

        await Refresh(user.Credential, 1);

        Activity call = recorder.Named("authcode get_token").Single();
        IReadOnlyList<Activity> calls = recorder.Named("authcode store");
        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.EqualTo(calls.Select(static activity => $"authcode store {activity.GetTagItem("authcode.operation")}")).And.Contains("authcode store write"));
            Assert.That(calls.Select(static activity => activity.ParentSpanId), Is.All.EqualTo(call.SpanId));
            Assert.That(recorder.Named("authcode token_request").Single().ParentSpanId, Is.EqualTo(call.SpanId));
        });
    }

    [Test]
    public async Task The_calls_of_a_look_up_are_part_of_the_trace_of_its_caller_without_its_baggage()
    {
        SignedInUser user = await SignIn(Instance());
        using var recorder = new Recorder();
        using Activity caller = new Activity("a user's request").AddBaggage("user", "alice").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Instance().Sessions.FindAsync(user.SessionKey);

        IReadOnlyList<Activity> calls = recorder.Named("authcode store");
        Assert.That(calls, Is.Not.Empty);
        Assert.That(calls.Select(static activity => activity.ParentSpanId), Is.All.EqualTo(caller.SpanId));
        Assert.That(calls.SelectMany(static activity => activity.Baggage), Is.Empty);
        Assert.That(Activity.Current, Is.SameAs(caller));
    }
}
