using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AuthCode.Telemetry.Tests;

/// <summary>What the OpenTelemetry SDK makes of it.</summary>
internal sealed class OpenTelemetryTests(bool isAsync) : ScenarioFixture(isAsync)
{
    [Test]
    public async Task It_exports_the_instruments_and_the_activities_of_a_session()
    {
        var (metrics, spans) = (new List<MetricSnapshot>(), new List<Activity>());
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder().AddMeter("AuthCode").AddInMemoryExporter(metrics).Build();
        using TracerProvider tracer = Sdk.CreateTracerProviderBuilder().AddSource("AuthCode").AddInMemoryExporter(spans).Build();

        await Lives();
        meters.ForceFlush();
        tracer.ForceFlush();

        MetricSnapshot requests = metrics.Single(static metric => metric.Name == "authcode.token_request.duration");
        var bounds = new List<double>();
        foreach (HistogramBucket bucket in requests.MetricPoints[0].GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
        }

        Assert.Multiple(() =>
        {
            Assert.That(metrics.Select(static metric => metric.Name), Is.SupersetOf(new[] { "authcode.token.lookups", "authcode.token.wait.duration", "authcode.session.active", "authcode.session.ended", "authcode.store.duration" }));
            Assert.That((requests.Unit, bounds[0], bounds[^2]), Is.EqualTo(("s", 0.001, 100)));
            Assert.That(spans.Select(static span => span.DisplayName).Distinct(), Is.EquivalentTo(new[] { "authcode get_token", "authcode token_request", "authcode store" }));
        });
    }

    [Test]
    public async Task The_trace_of_a_caller_that_is_not_sampled_has_no_part_that_is()
    {
        var spans = new List<Activity>();
        using TracerProvider tracer = Sdk.CreateTracerProviderBuilder()
            .AddSource("AuthCode").SetSampler(new ParentBasedSampler(new AlwaysOnSampler())).AddInMemoryExporter(spans).Build();
        SignedInUser user = await SignIn(Instance());
        tracer.ForceFlush();
        spans.Clear();
        using Activity caller = new Activity("a user's request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Refresh(user.Credential, 1);
        tracer.ForceFlush();

        Assert.That(spans, Is.Empty);
    }
}
