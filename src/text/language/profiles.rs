//! What tells languages apart: letters, frequent small words, frequent beginnings and endings.
//!
//! Invariants: words are written as [`super::words`] gives them: lower case, one apostrophe, no Arabic vowel signs. Languages
//! beyond [`Language`] stand here only to keep a neighbour from being taken for one of them.

use super::{Language, Script};

/// A language as it can be told from others of its script.
pub(super) struct Profile {
    /// Which of the known languages it is; `None` for their neighbours.
    pub(super) language: Option<Language>,
    pub(super) script: Script,
    /// Letters beyond those that every language of the script has.
    pub(super) letters: &'static str,
    /// Small words.
    pub(super) words: &'static str,
    /// `-ending` and `beginning-`.
    pub(super) affixes: &'static str,
    /// What one of its words says: more where few words tell it from its neighbour.
    pub(super) weight: f32,
}

const fn profile(
    language: Option<Language>,
    script: Script,
    letters: &'static str,
    words: &'static str,
    affixes: &'static str,
) -> Profile {
    Profile { language, script, letters, words, affixes, weight: 1.0 }
}

/// Arabic in Latin letters is not told from no language: it is where transliterations stand.
pub(super) const TRANSLITERATED: usize = 0;

#[rustfmt::skip]
pub(super) const PROFILES: &[Profile] = &[
    profile(None, Script::Latin, "āīūḥṣḍṭẓʿ",
        "wa wal fi fee min ma la inna illa allah allahu allahi an ala alaa alayhi alayhim alaykum allathee allatheena \
         alladhina lahum lahu lakum hum huwa hiya thumma qala qaloo kana kanoo ila kulli kullu bi bil lil wama wala walam \
         fala fama innahu innee rabbi rabbika rabbihim rabbukum ya ayyuha ayyuhaa hatha thalika dhalika",
        "-oona -eena -oona wal- all- walla- yastat- alm- bial- lil- waal- -uhum -ahum -ihim -ikum -ukum -akum"),
    profile(Some(Language::English), Script::Latin, "",
        "the of and to in is that it for you was with on as are be this have from or had by not but what all were we when \
         your can said there use an each which she do how their if will up other about out many then them these so some \
         her would make like him into has look two more write go see no way could people my than been who its now did get \
         come made may after before over here must because does any only most very through just where much should too own \
         while me our he they his at i t s re ve ll don didn isn doesn won can't cannot us why being still never always \
         off down again those am against let say says need m d you're got good new time day know think want yeah yes im \
         dont lol man men right back same every old big little take year years last also since really better best around \
         another",
        "-ing -tion -ness -ment -ould"),
    profile(Some(Language::German), Script::Latin, "äöü",
        "der die das und ist nicht ich du er sie es wir ihr den dem des ein eine einen einem einer eines zu von mit auf \
         für im in am an aus bei nach vor über unter durch gegen ohne um dass wenn weil aber oder doch noch schon nur \
         auch sehr mehr wie was wer wo wann warum so als bis hat haben habe hatte sind war waren wird werden wurde wurden \
         kann können muss müssen soll will sein seine seinen mein meine meinen dein deine unser unsere mich mir dich dir \
         uns euch ihn ihm ihnen sich man kein keine keinen hier dort heute morgen gestern immer nie nichts alle alles \
         diese dieser dieses diesen jetzt dann da vom zum zur beim bin bist seid wäre würde hätte damit denn zwei viele \
         etwas gibt",
        "-ung -lich -keit -heit -isch -schaft ge- -ern -ten"),
    profile(Some(Language::French), Script::Latin, "àâæçéèêëîïôœùûüÿ",
        "le la les un une des du de et est pas que qui ne je tu il elle nous vous ils elles on dans sur pour par avec \
         sans sous en au aux ce cette ces cet mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs plus mais \
         ou où donc car si comme quand pourquoi être été suis es sont était avait ont ai as avons avez a sera fait faire \
         dit très bien tout tous toute toutes même aussi encore jamais rien y l d c j n s qu m t se lui eux moi toi ceux \
         celui celle chez entre vers depuis après avant alors ainsi peut deux aujourd hui ça cela point quelque",
        "-tion -ement -eux -euse -aient -ait -ons -ez"),
    profile(Some(Language::Turkish), Script::Latin, "çğıöşüâîû",
        "ve bir bu da de için ile çok ne o ben sen biz siz onlar mi mı mu mü değil var yok daha en gibi kadar sonra önce \
         ama fakat ki her şey şu olarak olan oldu olur olduğu ise hem ya veya diye bana sana ona bize size onu bunu beni \
         seni bizi onları onlara onların bunlar şimdi bugün yarın dün hiç nasıl neden niye kim hangi nerede burada orada \
         artık bile göre karşı üzerine doğru ancak eğer evet hayır dedi der eder etti etmek olmak olsun iki kendi bütün \
         tüm biri bazı şeyi elbette şüphesiz işte sizin benim bizim senin onun allah rabbin rabbi kimse kimseler böyle \
         öyle şöyle çünkü güzel iyi yeni büyük küçük istiyor biliyor bizimle sizinle insan insanlar içinde üzere zaman \
         ederler idi onlardan ondan bundan",
        "-mek -mak -iyoruz -ıyoruz -uyoruz -iyorlar -ıyorlar -sı -unu -ünü -unda -ünde -una -üne -dan -den -nin -nın -nun -nün -lık -lik -dık -dik -nız -niz -ını -ini -ında -inde -ına -ine -ıp -ip -lar -ler -ları -leri -yor -dır -dir -ların -lerin -lardan -lerden -miş -mış -acak -ecek -iyor -ıyor -uyor -madı -medi -sın -sin"),
    profile(Some(Language::Indonesian), Script::Latin, "",
        "yang dan di ke dari untuk dengan tidak ini itu adalah pada akan juga oleh saya kami kita anda kamu aku dia ia \
         mereka sudah telah bisa dapat harus atau seperti karena bahwa tetapi namun jika kalau maka agar supaya hanya \
         sangat lebih banyak semua orang ada tak bukan belum masih lagi saja sekarang hari kalian para sebagai dalam \
         antara bagi kepada tentang setelah sebelum ketika saat apa siapa mana bagaimana mengapa kenapa begitu sedang pun \
         serta tersebut hingga sampai jadi kok nih dong banget gak nggak enggak udah aja sesungguhnya apabila yaitu \
         niscaya janganlah jangan besok kemarin",
        "-nya -kan meng- mem- men- ber- -kanlah -lah peng- pem- -mu"),
    profile(Some(Language::Uzbek), Script::Latin, "ʻ",
        "va bu bilan uchun emas bor edi ham u men sen biz siz ular bir deb esa har kerak lekin ammo yoʻq shu nima kim \
         qanday nega qayerda qachon agar yoki chunki hali keyin avval oldin juda koʻp oz endi bugun ertaga kecha mening \
         sening bizning sizning ularning unga uni uning menga bizga sizga kabi boʻlgan boʻlib boʻldi boʻladi qilish qilib \
         qildi boʻyicha haqida hech barcha hamma oʻz oʻzbek yaxshi ekan faqat yana maktab birga xona shunday dedi qoʻshni \
         qiladi oʻzi kishi yil kun",
        "-ning -lar -dagi -gan -moqda -adi -ydi -lari -ligi -larni -larga -ganda -ishi -miz"),
    profile(Some(Language::Uyghur), Script::Latin, "ëéöü",
        "bilen uchun üchün emes idi hem men sen biz siz ular ushbu dep her kérek lékin yaki chünki kéyin bek köp hazir \
         bügün ete méning bizning silerning ularning uning boldi bolidu bolghan qilip qildi qilish heqqide hemme öz \
         uyghur qandaq néme kim qachan yoq",
        "-ning -lar -ler -ghan -gen -din -liri -idu"),
    profile(None, Script::Latin, "áéíñóúü",
        "el la los las un una unos de del y que en es no se por con para",
        "-ción -mente -ando -iendo -ado"),
    profile(None, Script::Latin, "áâãàçéêíóôõú",
        "o a os as um uma de do da dos das e que em no na nos nas",
        "-ção -mente -ando -endo -ções"),
    profile(None, Script::Latin, "àèéìòù",
        "il lo la i gli le un uno una di del della dei delle e che in è",
        "-zione -mente -ando -endo -ato"),
    profile(None, Script::Latin, "áéëïóöüè",
        "de het een en van ik te dat die in is niet zijn hij zij wij jij op",
        "-ing -lijk -heid ge- -tie"),
    profile(None, Script::Latin, "čćđšž",
        "je i u na se da ne su za od sa kao ali ili ako što šta ko",
        "-nje -ost -ski -ima -iti -ati"),
    profile(None, Script::Latin, "əçğıöşü",
        "və üçün ilə çox nə mən deyil yox kimi qədər əvvəl olaraq isə həm mənə sənə məni indi",
        "-lər -ləri -də -dən -ində"),
    Profile { weight: 4.0, ..profile(None, Script::Latin, "",
        "kerana bahawa sahaja awak nak korang mahu tengok cakap diorang iaitu universiti syarikat adakah \
         walaubagaimanapun ahad khamis isnin hendaklah takde tiada berkenaan", "") },
    profile(None, Script::Latin, "åäöæøé",
        "och att det i en jag hon som han på den med var sig för så till är", "-ende -het -else"),
    profile(Some(Language::Russian), Script::Cyrillic, "ыэёъщ",
        "и в не на что я он с как а это по но они мы к у из за от так же вы для о бы было была был были её его их если \
         или уже только когда все всё ещё еще до ни нет да есть мне меня нас вас тебя тебе себя мой моя мои твой свой наш \
         ваш этот эта эти этого этой тот та те того кто где куда почему потому чтобы очень можно надо нужно сегодня \
         завтра вчера там тут здесь сейчас потом теперь после перед при без под над про через со ко во ведь лишь тем чем \
         такой такие поистине затем воистину которым всех всем нам вам ваши наши сказал сказали разве пусть мою самый \
         самая вместе людей люди человек год день время дом много мало каждый другой этом том будет будут будем который \
         которая которые которых она оно ему ей им ими них нему",
        "-ться -ого -его -ость -ение -ает -ают -ыми -ешь -ия -ому"),
    profile(Some(Language::Kyrgyz), Script::Cyrillic, "ңөүыэё",
        "жана менен үчүн эмес бар эле да бул ал мен сен биз сиз алар бир деп деген болуп болгон болду болот эмне ким \
         кайда кантип качан эгер же бирок анткени азыр кийин мурун абдан көп аз бүгүн эртең кечээ менин сенин биздин \
         сиздин алардын анын ага аны мага сага бизге жок керек дагы өз өзү баары бардык эч гана ошол ушул кылып кылган \
         кыргыз тууралуу жөнүндө боюнча сыяктуу чейин эмеспи экен эми тиги келди барды менимче жатат турган кылат айтты \
         деди башка жаңы эски жакшы жыл сайын күн киши адам",
        "-дагы -деги -доо -дөр -үбүз -ыбыз -ибиз -быз -биз -сыз -дук -дик -тык -ушу -дан -ден -тан -тен -нда -нде -айт -ейт -ат -бейт -байт -лар -лер -дын -нын -нин -дин -дар -дер -тар -тер -гон -ган -ген -луу -дуу -туу -уп -ып -төр -дөр -лөр"),
    profile(Some(Language::Uzbek), Script::Cyrillic, "ўқғҳё",
        "ва бу билан учун эмас бор эди ҳам у мен сен биз сиз улар бир деб эса ҳар керак лекин аммо йўқ шу нима ким қандай \
         нега қаерда қачон агар ёки чунки ҳали кейин аввал олдин жуда кўп оз энди бугун эртага кеча менинг сенинг бизнинг \
         сизнинг уларнинг унга уни унинг менга бизга сизга каби бўлган бўлиб бўлди бўлади қилиш қилиб қилди бўйича ҳақида \
         ҳеч барча ҳамма ўз ўзбек яхши экан фақат яна мактаб бирга хона шундай деди қилади ўзи киши йил кун",
        "-нинг -лар -даги -ган -моқда -ади -лари -лиги -ларни -ларга -ганда"),
    profile(None, Script::Cyrillic, "әғқңөұүһіыё",
        "және мен бұл бір үшін емес бар еді да де ол сен біз сіз олар деп болып болған",
        "-лар -лер -дар -дер -тар -тер -ның -нің -ған -ген"),
    profile(None, Script::Cyrillic, "ӣӯҷқғҳёэ",
        "ва дар аз ба ки ин он бо барои аст буд нест мо шумо онҳо ман ту ӯ", "-ҳо -ро -анд -ҳои"),
    profile(None, Script::Cyrillic, "іїєґщ",
        "і що він з як це але вони ми до із від ви було був були її їх", "-ться -ого -ість -ння -ити"),
    profile(None, Script::Cyrillic, "ъщ",
        "че се са като това той тя те ние вие аз ти ще бил била беше има няма", "-та -то -ият -ите -ването"),
    profile(None, Script::Cyrillic, "јљњћђџѓќѕ",
        "је и у на се да не су за од са као али или ако што шта ко", "-ње -ост -ски"),
    profile(Some(Language::Arabic), Script::Arabic, "ةيىكأإؤئآهء",
        "من في على إلى الى أن ان إن لا ما هذا هذه ذلك تلك التي الذي الذين كان كانت قد لم لن عن مع أو او ثم كل بعد قبل بين \
         حتى إذا اذا لو هو هي هم نحن أنا انا أنت انت أنتم به بها بهم له لها لهم لكم لنا عليه عليها عليهم عليكم فيه فيها \
         منه منها منهم إلا الا غير وقد ولا وما ومن وفي وهو وهي وإن يا أي اي كما عند عندما حيث اليوم الله والله ليس ليست \
         بل أم هل كيف لماذا متى أين ماذا فلا فإن وأن بما مما لكن ولكن هناك هنا أيها دون تحت فوق جدا يوم الناس قال قالوا \
         يقول مش ده دي اللي ايه إنه إنا أنه ولو وإذا إياه ولقد إنما كذلك ربك ربكم ربهم ربنا لعلكم لعلهم فإذا فمن كانوا \
         يكون وكان وإذ إذ بالله وكانوا وعلى وإلى",
        "ال- وال- بال- فال- لل- كال- -ها -هم -كم -نا -ون -ين -ات -وا"),
    profile(Some(Language::Urdu), Script::Arabic, "ٹڈڑںےھہگچپکژیئآۓؤأء",
        "ہے ہیں کے کی کا میں نے کو سے پر اور یہ وہ ہم تم آپ بھی نہیں تو کر ایک جو تھا تھی تھے ہو گیا گئی گئے ہوا ہوئی اس \
         ان کیا کیوں کب کہاں کیسے کون لیے لئے ساتھ بعد پہلے تک اگر مگر لیکن یا پھر اب آج کل بہت کچھ سب اپنے اپنی اپنا \
         میرے میری میرا ہمارے ہماری تمہارے جب تب رہا رہے رہی والے والا والی ہی کہ گا گی گے دیا کیے کرتے کرنا کرنے کوئی جس \
         جن انہیں مجھے ہمیں اسے",
        "-وں -یں -ئیں -تے -نے"),
    profile(Some(Language::Uyghur), Script::Arabic, "ېۆۈۇەڭۋگچپكىيژئھ",
        "ۋە بىلەن ئۈچۈن ئەمەس بار ئىدى بۇ ئۇ مەن سەن بىز سىز ئۇلار بىر دەپ دېگەن بولۇپ بولغان بولدى بولىدۇ نېمە كىم نەدە \
         قانداق قاچان ئەگەر ياكى بىراق لېكىن چۈنكى ھازىر كېيىن بۇرۇن ناھايىتى كۆپ ئاز بۈگۈن ئەتە تۈنۈگۈن مېنىڭ سېنىڭ \
         بىزنىڭ سىزنىڭ ئۇلارنىڭ ئۇنىڭ ئۇنى ماڭا سىزگە بىزگە يوق كېرەك يەنە ئۆز ئۆزى ھەممە بارلىق پەقەت ئۇيغۇر قىلىپ \
         قىلغان قىلدى ھەققىدە ھەم ئىكەن دېدى",
        "-لار -لەر -نىڭ -دىن -لىق -غان -گەن -دا -دە -لىرى -نى"),
    profile(None, Script::Arabic, "گچپژکیآأئؤۀءه",
        "و در به از که این است را با برای آن یک بود می نمی شد شده ها",
        "-ها -های -ند -یم"),
    profile(None, Script::Arabic, "ټډړږښګۍېځڅڼگچپژکیآۀئءهي",
        "د په او چې دا دی ده له سره ته کې یې نه هم یو خو که زه", ""),
    profile(None, Script::Arabic, "ێۆڕڵەڤگچپژکیئءه",
        "و لە بە کە ئەو ئەم بۆ لەگەڵ نییە هەیە بوو بوون دەکات دەکەن من تۆ ئێمە ئێوە", "-ەکان -ەکە -ان"),
];
