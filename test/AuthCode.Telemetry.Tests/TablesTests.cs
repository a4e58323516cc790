using System.Diagnostics;

namespace AuthCode.Telemetry.Tests;

/// <summary>The tables of docs/telemetry.md hold what is emitted: all of it, and nothing else.</summary>
internal sealed class TablesTests(bool isAsync) : ScenarioFixture(isAsync)
{
    [Test]
    public async Task All_that_is_emitted_is_in_the_tables_and_all_that_is_in_them_is_emitted()
    {
        using var recorder = new Recorder();
        await RunAll();
        recorder.Observe("authcode.session.active");
        IReadOnlyList<Measurement> measurements = recorder.Measurements;
        IReadOnlyList<Activity> activities = recorder.Activities;
        KeyValuePair<string, object?>[] tags = [.. measurements.SelectMany(static measurement => measurement.Tags), .. activities.SelectMany(static activity => activity.TagObjects)];

        Assert.Multiple(() =>
        {
            Assert.That(
                measurements.GroupBy(static measurement => (measurement.Instrument, measurement.Kind, measurement.Unit))
                    .Select(static group => TelemetryTables.Row(group.Key.Instrument, group.Key.Kind, group.Key.Unit!, group.SelectMany(static measurement => measurement.Tags.Keys))),
                Is.EquivalentTo(TelemetryTables.Instruments));
            Assert.That(
                activities.GroupBy(static activity => (activity.OperationName, activity.Kind))
                    .Select(static group => TelemetryTables.Row(group.Key.OperationName, group.Key.Kind.ToString(), "", group.SelectMany(static activity => activity.TagObjects.Select(static tag => tag.Key)))),
                Is.EquivalentTo(TelemetryTables.Activities));
            Assert.That(
                tags.Where(static tag => !TelemetryTables.IsOpen(tag.Key)).Select(static tag => $"{tag.Key}={tag.Value}").Distinct(),
                Is.EquivalentTo(TelemetryTables.Values));
            Assert.That(tags.Select(static tag => tag.Key).Distinct(), Is.EquivalentTo(TelemetryTables.Attributes));
            Assert.That(Log.Events.Distinct(), Is.EquivalentTo(TelemetryTables.Events));
        });
    }

    [Test]
    public async Task No_attribute_and_no_event_is_of_a_user_a_session_or_a_secret()
    {
        using var recorder = new Recorder();
        var client = Instance();
        SignedInUser user = await SignIn(client);
        await Refresh(user.Credential, 1);
        await client.GetUserInfoAsync(user);
        await client.Sessions.EndAllAsync(user.AccountKey);

        string[] told = [.. recorder.Measurements.Select(static measurement => measurement.ToString()), .. recorder.Activities.Select(static activity => $"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {activity.StatusDescription}"), .. Log.Texts];
        string[] secrets = [Provider.Subject, user.AccountKey, user.SessionKey, "c4n4ry", "ada@example.org", "Ada Lovelace", The.Code];

        Assert.That(told, Is.Not.Empty);
        Assert.That(told.Where(text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))), Is.Empty);
    }

    private async Task RunAll()
    {
        Func<Task>[] scenarios =
        [
            Lives, Signs_out_everywhere, Is_signed_out_at_the_server, Expires, Is_evicted, Is_lost, Is_refused, Is_renewed_in_vain, Is_repeated, Is_joined, Is_adopted, Waits_for_another_instance,
            Waits_too_long, Has_no_leases, Loses_its_lease, Meets_another_version, Has_no_store, Cannot_be_encrypted, Cannot_be_revoked, Has_no_userinfo, Pushes_its_request,
            Is_declined, Has_no_metadata, Cannot_be_read,
        ];
        foreach (Func<Task> scenario in scenarios)
        {
            TestContext.Out.WriteLine(scenario.Method.Name);
            await scenario();
        }
    }
}
