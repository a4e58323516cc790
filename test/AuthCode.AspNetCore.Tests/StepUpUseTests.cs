using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Whether <c>UseAuthCode</c> was called.</summary>
internal sealed class StepUpUseTests
{
    [TestCase(true, 0)]
    [TestCase(false, 1)]
    public async Task A_host_that_has_started_without_it_says_so(bool usesMiddleware, int warnings)
    {
        using FakeAad aad = App.StartAad();
        var log = new RecordingProvider();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.UsesMiddleware = usesMiddleware;
            settings.Services = services => services.AddSingleton<ILoggerProvider>(log);
        });

        Assert.That(log.Lines.Count(static line => line.Contains("UseAuthCode()", StringComparison.Ordinal)), Is.EqualTo(warnings));
    }

    [Test]
    public async Task Without_a_scheme_of_AuthCode_it_is_refused()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        await using WebApplication app = builder.Build();

        Assert.That(() => app.UseAuthCode(), Throws.InvalidOperationException.With.Message.Contains("AddAuthCode"));
    }
}
