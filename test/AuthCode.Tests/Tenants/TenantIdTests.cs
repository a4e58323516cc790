namespace AuthCode.Tests.Tenants;

internal sealed class TenantIdTests
{
    private static readonly string Label63 = new('a', 63);
    private static readonly string Name253 = $"{Label63}.{Label63}.{Label63}.{new string('a', 61)}";

    private static readonly TestCaseData<string>[] Valid =
    [
        new("8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"),
        new("8F4C1D2E-5A6B-4C7D-8E9F-0A1B2C3D4E5F"),
        new("contoso.onmicrosoft.com"),
        new("a"),
        new("0"),
        new("a-b.c--d"),
        new("xn--bcher-kva.example"),
        new(Label63) { TestName = "a label of 63" },
        new(Name253) { TestName = "a name of 253" },
    ];

    private static readonly TestCaseData<string?>[] Invalid =
    [
        new((string?)null) { TestName = "null" },
        new("") { TestName = "empty" },
        new(" "),
        new("."),
        new(".."),
        new("..."),
        new("../x"),
        new("x/.."),
        new("%2e%2e"),
        new("a\\b"),
        new("a/b"),
        new("/"),
        new("a?b"),
        new("a#b"),
        new("a;b"),
        new("a:b"),
        new("a@b"),
        new("a_b"),
        new("a b"),
        new(" a"),
        new("a "),
        new("a\r\nb") { TestName = "CRLF" },
        new("a\0") { TestName = "NUL" },
        new("*"),
        new("-a"),
        new("a-"),
        new("-"),
        new("a.-b"),
        new("a-.b"),
        new(".a"),
        new("a."),
        new("a..b"),
        new("b\u00FCcher.example"),
        new("\uFF41.example") { TestName = "a full-width letter" },
        new("a\u3002b") { TestName = "an ideographic full stop" },
        new("{8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f}"),
        new(Label63 + "a") { TestName = "a label of 64" },
        new("x." + Label63 + "a") { TestName = "a second label of 64" },
        new(Name253 + "a") { TestName = "a name of 254" },
        new(new string('a', 300)) { TestName = "300 letters" },
    ];

    [TestCaseSource(nameof(Valid))]
    public void A_GUID_or_a_domain_name_is_a_tenant_id(string text)
    {
        bool valid = TenantId.TryParse(text, out TenantId tenant);

        Assert.That((valid, tenant.Value), Is.EqualTo((true, text)));
    }

    [TestCaseSource(nameof(Invalid))]
    public void Anything_else_is_none(string? text) => Assert.That(TenantId.TryParse(text, out _), Is.False);

    [TestCase("contoso.example", "CONTOSO.Example")]
    [TestCase("8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f", "8F4C1D2E-5A6B-4C7D-8E9F-0A1B2C3D4E5F")]
    public void Case_makes_no_difference(string one, string other) => Assert.Multiple(() =>
    {
        Assert.That(Tenant.Of(one), Is.EqualTo(Tenant.Of(other)));
        Assert.That(Tenant.Of(one).GetHashCode(), Is.EqualTo(Tenant.Of(other).GetHashCode()));
    });

    [Test]
    public void Other_letters_make_a_difference() => Assert.That(Tenant.Of("contoso.example"), Is.Not.EqualTo(Tenant.Of("c0ntoso.example")));

    [TestCase("adfs", ExpectedResult = true)]
    [TestCase("ADFS", ExpectedResult = true)]
    [TestCase("adfs.example", ExpectedResult = false)]
    [TestCase("common", ExpectedResult = false)]
    public bool AD_FS_is_the_tenant_of_that_name(string text) => Tenant.Of(text).IsAdfs;
}
