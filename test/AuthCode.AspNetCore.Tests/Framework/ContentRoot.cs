namespace AuthCode.AspNetCore.Tests;

/// <summary>Where WebApplicationFactory finds the service, which is no project of its own.</summary>
[SetUpFixture]
internal sealed class ContentRoot
{
    [OneTimeSetUp]
    public void Set() => Environment.SetEnvironmentVariable("ASPNETCORE_TEST_CONTENTROOT_AUTHCODE_ASPNETCORE_TESTS", AppContext.BaseDirectory);
}
