using System.Net;
using AuthCode.Tests.House;

namespace AuthCode.Tests.Errors;

/// <summary>Each failure leads to what the documentation says of it.</summary>
internal sealed class HelpLinkTests
{
    private static string Page => File.ReadAllText(Path.Combine(RepositoryRoot.Path, HelpLinks.Page));

    [Test]
    public void Each_link_leads_somewhere() => Assert.That(
        HelpLinks.EntraNumbers.Select(static number => $"<a id=\"aadsts{number}\"></a>").Concat(HelpLinks.OAuthErrors.Select(static error => $"<a id=\"{error}\"></a>"))
            .Where(static anchor => !Page.Contains(anchor, StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void Each_number_that_the_page_explains_has_a_link() => Assert.That(
        System.Text.RegularExpressions.Regex.Matches(Page, "<a id=\"aadsts(\\d+)\"></a>").Select(static match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)),
        Is.EquivalentTo(HelpLinks.EntraNumbers));

    [TestCase("invalid_request", 28000, "docs/troubleshooting.md#aadsts28000")]
    [TestCase("invalid_grant", 999, "docs/troubleshooting.md#invalid_grant")]
    [TestCase("something_new", 0, "docs/troubleshooting.md")]
    public void The_number_goes_before_the_error(string error, int number, string link)
    {
        var failure = new AuthenticationFailedException("no", null, new TokenErrorResponse(HttpStatusCode.BadRequest) { Error = error, ErrorCodes = [number] });

        Assert.That(failure.HelpLink, Is.EqualTo(link));
    }

    [Test]
    public void Without_a_response_it_leads_to_the_page() => Assert.That(new AuthenticationFailedException("no").HelpLink, Is.EqualTo("docs/troubleshooting.md"));

    [Test]
    public void It_can_be_set() => Assert.That(new AuthenticationFailedException("no") { HelpLink = "https://help.example/" }.HelpLink, Is.EqualTo("https://help.example/"));
}
