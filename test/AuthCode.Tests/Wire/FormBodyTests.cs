using System.Text;

namespace AuthCode.Tests.Wire;

internal sealed class FormBodyTests
{
    // A form of this length gives its bytes to no other test afterwards.
    private static readonly string LongCode = new('c', PinnedBytes.PooledSize + 1);

    [Test]
    public void Fields_stand_in_the_order_in_which_they_were_added()
    {
        using var form = new FormBody();
        form.Add("a", "1");
        form.AddSecret("b", "2");
        using var secret = new SecretText("3");
        form.AddSecret("c", secret);
        form.Add("d", "");

        Assert.That(BodyOf(form), Is.EqualTo("a=1&b=2&c=3&d="));
    }

    [TestCase("x&client_id=evil")]
    [TestCase("x=y")]
    [TestCase("x\r\nclient_id: evil")]
    [TestCase("a+b %2B \u00E9\uD83D\uDE00 \"'")]
    public void A_value_cannot_reshape_the_form_and_comes_back_as_it_was(string value)
    {
        using var form = new FormBody();
        form.Add("scope", value);
        form.AddSecret("code", value);

        Assert.That(
            BodyOf(form).Split('&').Select(static pair => System.Net.WebUtility.UrlDecode(pair.Split('=')[1])), Is.EqualTo(new[] { value, value }));
    }

    [TestCase(2_000)]
    [TestCase(2_047)]
    [TestCase(2_048)]
    [TestCase(100_000)]
    public void A_long_value_makes_it_grow_and_spoils_nothing(int length)
    {
        string value = new('+', length);
        using var form = new FormBody();
        form.Add("first", "1");
        form.AddSecret("long", value);
        form.Add("last", "2");

        Assert.That(BodyOf(form), Is.EqualTo($"first=1&long={value.Replace("+", "%2B", StringComparison.Ordinal)}&last=2"));
    }

    [Test]
    public void A_field_that_stands_there_already_is_refused_and_its_value_not_repeated()
    {
        using var form = new FormBody();
        form.Add("code", "first-" + Refusal.Canary);

        Assert.That(
            () => form.AddSecret("code", Refusal.Canary),
            Throws.InvalidOperationException.With.Message.Contains("code").And.Message.Not.Contains(Refusal.Canary));
    }

    [Test]
    public void A_refused_duplicate_leaves_the_form_as_it_was()
    {
        using var form = new FormBody();
        form.Add("code", "1");

        Assert.That(() => form.Add("code", "2"), Throws.InvalidOperationException);
        Assert.That(BodyOf(form), Is.EqualTo("code=1"));
    }

    [Test]
    public void It_prints_names_and_no_values()
    {
        using var form = new FormBody();
        form.Add("client_id", "value-1");
        form.AddSecret("code", "value-2");

        Assert.That(form.ToString(), Is.EqualTo("client_id&code"));
    }

    [Test]
    public void Its_media_type_is_that_of_a_form()
    {
        using var form = new FormBody();

        Assert.That(new FormContent(form).Headers.ContentType!.ToString(), Is.EqualTo("application/x-www-form-urlencoded"));
    }

    [Test]
    public void It_notes_the_secrets_in_it_and_those_that_travel_outside_and_nothing_else()
    {
        using var form = new FormBody();
        using var header = new SecretText("in the header");
        form.Add("client_id", "no secret");
        form.AddSecret("code", "the code");
        form.NoteSecret(header);

        List<string> secrets = [];
        form.VisitSecrets(static (secret, found) => found.Add(Encoding.UTF8.GetString(secret)), secrets);

        Assert.That(secrets, Is.EqualTo(new[] { "the code", "in the header" }));
    }

    [Test]
    public void Disposal_wipes_the_body()
    {
        var form = new FormBody();
        form.AddSecret("code", LongCode);
        ReadOnlyMemory<byte> sent = form.Utf8;

        form.Dispose();

        Assert.That(sent.ToArray(), Is.Not.Empty.And.All.Zero);
    }

    [Test]
    public void A_transport_that_still_writes_the_body_keeps_it_from_being_wiped([Values] bool isWritten)
    {
        var form = new FormBody();
        form.AddSecret("code", LongCode);
        ReadOnlyMemory<byte> sent = form.Utf8;
        form.TryHold();

        form.Dispose();
        string whileHeld = Encoding.ASCII.GetString(sent.Span);
        form.Release(isWritten);

        Assert.That((whileHeld, sent.ToArray().Any(static value => value != 0)), Is.EqualTo(($"code={LongCode}", false)));
    }

    [Test]
    public void A_body_that_is_wiped_can_be_held_no_more()
    {
        var form = new FormBody();

        form.Dispose();

        Assert.That(form.TryHold(), Is.False);
    }

    [Test]
    public void Disposal_leaves_the_secret_that_was_added_from()
    {
        using var secret = new SecretText("kept");
        var form = new FormBody();
        form.AddSecret("client_secret", secret);

        form.Dispose();

        Assert.That(Encoding.UTF8.GetString(secret.Utf8), Is.EqualTo("kept"));
    }

    private static string BodyOf(FormBody form) => Encoding.ASCII.GetString(form.Utf8.ToArray());
}
