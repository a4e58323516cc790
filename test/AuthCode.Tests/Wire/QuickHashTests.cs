namespace AuthCode.Tests.Wire;

internal sealed class QuickHashTests
{
    [TestCase("fabrikam.example", "FABRIKAM.example")]
    [TestCase("8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f", "8F4C1D2E-5A6B-4C7D-8E9F-0A1B2C3D4E5F")]
    [TestCase("a", "A")]
    [TestCase("abcde", "ABCDE")]
    [TestCase("", null)]
    public void Letter_case_makes_no_difference(string one, string? other) => Assert.That(QuickHash.Of(one), Is.EqualTo(QuickHash.Of(other)));

    [Test]
    public void Texts_of_any_length_that_differ_in_one_character_differ()
    {
        for (int length = 1; length < 40; length++)
        {
            string text = new('a', length);
            IEnumerable<string> others = Enumerable.Range(0, length).Select(at => text.Remove(at, 1).Insert(at, "b"));

            Assert.That(others.Append(text).Select(QuickHash.Of), Is.Unique, $"of {length}");
        }
    }

    [Test]
    public void Ten_thousand_tenants_hardly_meet()
    {
        int different = Enumerable.Range(0, 10_000).Select(static i => QuickHash.Of($"{i:x8}-0000-4000-8000-2d7cd011db47")).Distinct().Count();

        Assert.That(different, Is.GreaterThan(9_990));
    }
}
